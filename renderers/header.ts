/** First line of every file that we write on a host, after a script's `#!`: the file is ours. */
export const header = '# Managed by ec2-redis-operator. Changes made here are undone.\n';
