/** The text of `shoal --help`; the commands of docs, to the letter. */
export const USAGE = `shoal — shares files and folders between laptops on one network as a swarm

  shoal share PATH [--title TEXT] [--nearby] [--listen ADDR]… [--http-port N] [--peer MULTIADDR]…
        keeps serving until interrupted; --nearby lists it to everyone on this network;
        --http-port lets browsers and get --mode http in, on the interfaces of --listen or all;
        --peer meets a laptop that nothing else finds
  shoal get LINK [--to DIR] [--mode p2p|http] [--listen ADDR]… [--peer MULTIADDR]… [--seed] [--wait] [--timeout SECONDS]
        --seed     keep serving after completion
        --wait     print "armed", start on the first line of standard input
        --timeout  seconds to find somebody who has it (60; 0 = for ever)
  shoal peers      laptops on this network
  shoal shares     what this laptop shares and downloads
  shoal status     the running core: process, discovery, transfers
  shoal doctor     what stands in the way when laptops do not find each other
  shoal message PEER TEXT [--timeout SECONDS]
        a note, delivered now or not at all; PEER is a name or id as shown by shoal peers, or a multiaddress;
        --timeout  seconds to find the laptop (15)
  shoal mail account add NAME [--password-stdin]   a mailbox on this laptop; prints the generated password once
  shoal mail account list
  shoal mail send --from A --to B… --subject S [--body-file F|-]
  shoal mail list ACCOUNT [--folder NAME] | read ACCOUNT UID | queue [list | retry ID | drop ID]
  shoal mail queue profile [normal|lab]   how patient the queue is: hours, or seconds to watch it; remembered
  shoal server [--host ADDR] [--http-port N] [--dns-port N] [--smtp-port N] [--pop3-port N] [--imap-port N]
               [--only files,tracker,dns,mail] [--mail-profile normal|lab]
        what a server is for others, until interrupted; this laptop only, unless --host; port 0 is any free one
  shoal compare [--peers 1,2,4,8] [--size 8MiB] [--up 20Mbit] [--down 100Mbit] [--source-up 20Mbit] [--servers K]
                [--medium switch|wifi] [--mode both|http|p2p] [--repeat TIMES] [--switch-off COPIES] [--out FILE]
        the same file to N downloaders through a server and among peers, against their bounds; every downloader is a
        process behind a link of its own; --switch-off ends the source once it has sent so many copies;
        --out writes .json, .csv or .svg
  shoal compare --lookups [--peers 4,16,64,256] [--times 8] [--off 25,50,75|none] [--servers 2] [--k 20] [--out FILE]
        finding a name through DNS servers and among peers: messages, questions one after the other and time, as
        laptops become more (256 at most) and a part of the servers and laptops is off, in percent; --k: how many a
        laptop knows of every distance; --out writes .json or .csv
  shoal dig NAME [TYPE] [--trace]
        asks the local DNS server, which walks down from the root or remembers; --trace shows whom it asked,
        down to the page behind the name
  shoal serve      the app without a window: its page, with a token

Every command:
  --home DIR       where state is kept (default: the platform's application-data folder)
  --name NAME      what this laptop is called
  --json           one JSON object per line on standard output, nothing else
  --quiet          no progress and no log
  --listen ADDR    multiaddress to listen on, e.g. /ip4/192.168.1.5/tcp/0 (repeat)
  --tracker URL    a tracker to find others by (repeat)
  --no-mdns --no-dht --no-lane, --limit-up RATE --limit-down RATE (20Mbit, 1Gbit)

Exit code: 0 done, 1 failed, 2 bad usage, 130 interrupted.`
