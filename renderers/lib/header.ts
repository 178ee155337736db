/** First line of every managed file on a host, after a script's `#!`. */
export const header = '# Managed by ec2-redis-operator. Changes made here are undone.\n';
