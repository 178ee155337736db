// Calls the lab's EC2 API in sequence, and prints a line of JSON for each call: the response, or { refused: 'Code: message' }. For use on the
// operator machine of the lab. Standard input: a line of JSON for each call, [action, parameters], such as ["CreateVpc", { "CidrBlock": "10.80.0.0/16" }].
import { createInterface } from 'node:readline';

const sdk = await import('@aws-sdk/client-ec2');
const client = new sdk.EC2Client({ region: 'lab-1', endpoint: 'http://10.80.0.2:4566', maxAttempts: 1 });
for await (const line of createInterface({ input: process.stdin })) {
  const [action, parameters] = JSON.parse(line);
  const answer = await client.send(new sdk[`${action}Command`](parameters)).then(
    ({ $metadata, ...rest }) => rest,
    ({ name, message }) => ({ refused: `${name}: ${message}` }),
  );
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
