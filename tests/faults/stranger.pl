# What another user of the node finds: run as that user. Perl is part of each Debian.
#
# Arguments: folders to walk, then "--", then addresses of sockets to connect to.
# Prints a letter and a path a line: R a file that can be read, W what can be written to,
# C a socket that can be connected to, E a process of others whose environment can be read, and
# A with the arguments of such a process.
use strict;
use warnings;
use IO::Socket::UNIX;

my @folders;
push @folders, shift while @ARGV && $ARGV[0] ne '--';
shift;
my @left = @folders;
while (defined(my $path = shift @left)) {
    next if -l $path;
    print "W $path\n" if -w $path;
    if (-d $path) {
        opendir(my $folder, $path) or next;
        push @left, map { "$path/$_" } grep { $_ ne '.' && $_ ne '..' } readdir $folder;
    } elsif (-S $path) {
        print "C $path\n" if IO::Socket::UNIX->new(Peer => $path);
    } elsif (-f $path && open(my $file, '<', $path)) {
        print "R $path\n";
    }
}
for my $address (@ARGV) {
    print "C $address\n" if IO::Socket::UNIX->new(Peer => $address);
}
for my $process (glob '/proc/[0-9]*') {
    next if ((stat $process)[4] // $>) == $>;
    if (open(my $file, '<', "$process/environ")) {
        print "E $process\n" if defined(scalar <$file>);
    }
    if (open(my $file, '<', "$process/cmdline")) {
        local $/;
        my $words = <$file> // '';
        $words =~ tr/\0\n/  /;
        print "A $words\n";
    }
}
