/** `untag.mjs INSTANCE...`: removes the tag of a retired instance, as a user would. */
import { DeleteTagsCommand, EC2Client } from '@aws-sdk/client-ec2';

const client = new EC2Client({ region: 'lab-1', endpoint: 'http://10.80.0.2:4566' });
const Tags = [{ Key: 'ec2-redis-operator/retired' }];
await client.send(new DeleteTagsCommand({ Resources: process.argv.slice(2), Tags }));
