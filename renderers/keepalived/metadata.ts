/**
 * Shell functions that ask the instance metadata service (version 2) and call EC2 with the credentials of the instance's role. They use
 * `$interface`, `$region` and `$endpoint` of the settings, and set `why` if they fail. Tokens and credentials are passed on curl's standard
 * input only.
 */
export const metadataFunctions = `imds=http://169.254.169.254/latest

# Headers and credentials are read from standard input.
fetch() {
  curl -q -sS --noproxy '*' --connect-timeout 2 --max-time 5 -K - "$@" 2>&1
}

metadata() {
  printf 'header = "X-aws-ec2-metadata-token: %s"\\n' "$token" | fetch -f "$imds/meta-data/$1"
}

field() {
  printf '%s\\n' "$credentials" | sed -n 's/.*"'"$1"'" *: *"\\([^"]*\\)".*/\\1/p'
}

element() {
  printf '%s' "$answer" | tr '\\n' ' ' | sed -n "s|.*<$1>\\([^<]*\\)</$1>.*|\\1|p"
}

metadata_token() {
  token=$(printf 'header = "X-aws-ec2-metadata-token-ttl-seconds: 300"\\n' | fetch -f -X PUT "$imds/api/token") ||
    { why="the instance metadata service returned no token: $token"; return 1; }
}

role_credentials() {
  role=$(metadata iam/security-credentials/) || { why="the instance has no IAM role: $role"; return 1; }
  credentials=$(metadata "iam/security-credentials/$role") || { why="the metadata service returned no credentials of role $role"; return 1; }
}

# Prints the answer of EC2, and the HTTP status on a line of its own. PARAMETERS [OPTIONS of curl…]
call_ec2() {
  parameters=$1
  shift
  printf 'user = "%s:%s"\\nheader = "x-amz-security-token: %s"\\n' "$(field AccessKeyId)" "$(field SecretAccessKey)" "$(field Token)" |
    fetch --aws-sigv4 "aws:amz:$region:ec2" -w '\\n%{http_code}' "$@" --data "Version=2016-11-15&$parameters" "$endpoint"
}

# The same.
assign_addresses() {
  of_action="Action=AssignPrivateIpAddresses&NetworkInterfaceId=$interface&$1"
  shift
  call_ec2 "$of_action" "$@"
}

aws_ec2() {
  timeout 20 aws --region "$region" --endpoint-url "$endpoint" ec2 "$@" </dev/null 2>&1
}

# curl 7.75 and later can sign requests itself; the aws command takes over a second to start.
curl_signs() {
  [ -n "\${signs:-}" ] || { curl --help all 2>/dev/null | grep -q -e --aws-sigv4 && signs=yes || signs=no; }
  [ "$signs" = yes ]
}`;
