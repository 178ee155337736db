# Tells whether a signal was sent to the whole process group (a terminal's Ctrl-C, `kill %1`, timeout) or to one process of it alone:
# it sits in the group with the signals blocked, and answers each line with the numbers of those that have come since the last one.
#   perl witness.pl NUMBER…
use strict;
use warnings;
use Config;
use POSIX ();

my @names = split ' ', $Config::Config{sig_name};
my $blocked = POSIX::SigSet->new(@ARGV);
POSIX::sigprocmask(POSIX::SIG_BLOCK(), $blocked) or die "sigprocmask: $!";
$| = 1;
print "ready\n";
while (defined(my $line = <STDIN>)) {
  my $pending = POSIX::SigSet->new;
  POSIX::sigpending($pending);
  print join(' ', grep { $pending->ismember($_) } @ARGV), "\n";
  # To ignore a signal discards it, pending or not.
  for my $name (@names[@ARGV]) { $SIG{$name} = 'IGN'; $SIG{$name} = 'DEFAULT' }
}
