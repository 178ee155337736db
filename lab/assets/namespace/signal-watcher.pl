# Shows whether a signal was sent to the whole process group (a terminal's Ctrl-C, `kill %1`, timeout) or to one process only: it is
# in the group with the signals blocked, and answers each input line with the numbers of those received since the last one.
#   perl signal-watcher.pl NUMBER…
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
  # Ignoring a signal discards pending ones too.
  for my $name (@names[@ARGV]) { $SIG{$name} = 'IGN'; $SIG{$name} = 'DEFAULT' }
}
