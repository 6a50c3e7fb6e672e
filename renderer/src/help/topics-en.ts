import type { HelpTexts } from './topic.ts'

export const helpEn: HelpTexts = {
  start: {
    title: 'Share in a minute',
    gist: 'Drop a folder here, press Download there.',
    body: [
      'Open Shoal on two or more laptops of one network. On one, drop a file or folder on “Everyone nearby”. On the others it shows under Nearby: one press on Download, and it comes.',
      'To share with certain people only, drop it on “Only with the link” and hand on the link, as text or as a QR code. A link is as secret as its content: whoever has it can get the files.',
      'Nothing is copied to share it, and nothing is ever overwritten. Downloads go to the folder under Settings. An interrupted download goes on where it stopped, also after a crash.',
      'You need not wait until everyone is done: once “a full copy is out” is shown, you may close your laptop, and the others complete each other.',
    ],
  },
  architectures: {
    title: 'Client–server and peer-to-peer',
    gist: 'The two ways in which applications are built, and what each is good for.',
    body: [
      'In a client–server architecture one host, the server, is always on and has a fixed, well-known address. It serves many clients, and clients never talk to each other. One server cannot serve countless clients, so popular services run data centres full of them.',
      'In a peer-to-peer architecture there is minimal or no reliance on servers. Pairs of hosts, laptops and desktops that their users control, talk directly. They are called peers.',
      'Peers come and go and change their addresses, so security, performance and reliability are harder. Hybrids exist: in some, a server keeps track of the users’ IP addresses while their messages go from peer to peer.',
      'Shoal shares files peer to peer. A download can also come from one server by HTTP, and then it says so.',
    ],
    terms: [
      ['client–server', 'an always-on server answers the requests of clients'],
      ['peer-to-peer (P2P)', 'hosts of users talk directly, without an always-on server'],
      ['data centre', 'many hosts that together act as one powerful server'],
    ],
  },
  'self-scalability': {
    title: 'Self-scalability',
    gist: 'Why thirty downloads take about as long as one.',
    body: [
      'Every peer is a consumer and a supplier. If B got a film from A, then both A and B can give it to C. Each new downloader brings demand, and with it the means to meet the demand: its own upload.',
      'With a server, the file of F bits has to be sent N times through one uplink of rate uₛ. The time is at least the larger of N·F/uₛ and F/d, d being the lowest download rate. It grows in step with N.',
      'Among peers it is at least the largest of F/uₛ, F/d and N·F/(uₛ + the sum of all uploads). With N, the sum below grows as well: the time levels off.',
      'You can watch it: the map of chunks shows who gave each chunk, and “came from other laptops” is the part that the source did not have to send.',
    ],
    terms: [
      ['self-scalability', 'capacity that grows with the number of users, because each supplies too'],
      ['distribution time', 'the time until the last of N peers has the whole file'],
    ],
  },
  roles: {
    title: 'Who is client, who is server?',
    gist: 'In a swarm each is both, chunk by chunk.',
    body: [
      'Programs do not communicate, processes do. Of two processes, the one that starts the session is the client; the one that waits to be contacted is the server. That holds among peers too: the peer that downloads a chunk is the client for it, the peer that uploads it is the server.',
      'So the table “Laptops in this swarm” says two different things. Who opened the connection: that laptop called connect, the other accept. And who is the server for the chunk now passing: whoever uploads it. Both change without the other.',
      'A process sends and receives through its socket. If the process is a house, the socket is its door: the interface between the application layer and the transport layer, an API that the operating system offers.',
      'A receiving process is addressed by the IP address of its host and a port number. The address finds the university, the port the room of the professor. Your addresses are under Network.',
    ],
    terms: [
      ['process', 'a program that is running'],
      ['socket', 'the door between a process and the transport layer'],
      ['port number', 'tells the processes of one host apart'],
    ],
  },
  discovery: {
    title: 'How laptops find each other',
    gist: 'Several ways at once, none of them required.',
    body: [
      'On one network laptops call each other by multicast (mDNS): everyone who listens answers. It carries only who is there, never what is shared.',
      'Beyond that there are a distributed hash table (DHT), kept by the peers together; a tracker, which is a server that knows addresses but no content; the addresses that a link may hold; peers seen before; and an address you type.',
      'Once two members of a share have met, they tell each other of further members. So one known address is enough for a whole swarm.',
    ],
    terms: [
      ['mDNS', 'a question to everyone on the local network'],
      ['DHT', 'a table spread over all peers; each keeps a part'],
      ['tracker', 'a server that knows who has what, but has none of it'],
    ],
  },
  names: {
    title: 'How a name becomes an address',
    gist: 'Who is asked between the name you type and the page you see.',
    body: [
      'People type names, packets need IP addresses. The Domain Name System finds one for the other. Your computer asks its local DNS server, and that one does the rest.',
      'If the local DNS server does not know the answer, it asks a root server. The root server does not know it either, but tells where the server of the top-level domain is, for .com, .org or .net. That one tells where the domain owner’s server is, the authoritative server. The authoritative server knows the address.',
      'The local DNS server keeps the answer in its cache for as long as the owner allows. The next question is answered at once, and the whole walk is skipped. Then your computer connects to the address and asks for the page.',
      'All of these servers are real inside Shoal, on this laptop: look a name up under Names and see every message. With the DNS server switched on under Network, other programs can ask as well.',
      'Laptops have names there too: a laptop called alice is alice.shoal.internal. The same name can be found among peers, without any server, from a record its owner signed.',
    ],
    terms: [
      ['local DNS server', 'asks the others on your behalf and remembers what they said'],
      ['root server', 'knows who is in charge of each top-level domain'],
      ['top-level domain', 'the last part of a name: .com, .org, .net'],
      ['authoritative server', 'the owner’s own server, which knows the address'],
      ['cache', 'answers kept so that the same question need not be asked again'],
    ],
  },
  messages: {
    title: 'Messages: direct or by mail',
    gist: 'Why a note arrives at once or not at all, while a mail waits.',
    body: [
      'A direct message goes from laptop to laptop. It is delivered when the other laptop has stored it, and the other laptop has to be here for that. If it is asleep, the message is not delivered, and you are told so; nothing keeps it for later.',
      'Recipients’ computers are not always on: that is why mail has servers. Your mail reader pushes the message to your mail server, which keeps it in its message queue and pushes it on to the recipient’s server as soon as that one can take it. Both pushes are SMTP, and SMTP ends there. The message lies in the mailbox until the recipient’s mail reader pulls it with POP3, IMAP or HTTP.',
      'Files are not copied into a message. A direct message offers a share, which comes with one press on Download; a mail carries its link. Whoever downloads passes it on to the others, as always.',
      'Anybody may call a laptop “Teacher”. What cannot be imitated is its key, and the six words under “Is it really …?” stand for it. Read them to each other: both laptops show the same words.',
    ],
    terms: [
      ['mail server', 'takes mail for its users and passes theirs on'],
      ['mailbox', 'what was received and not fetched yet'],
      ['message queue', 'what is to be sent, kept until the other side can take it'],
      ['push and pull', 'SMTP brings a message (push); POP3, IMAP and HTTP fetch it (pull)'],
    ],
  },
  chunks: {
    title: 'Chunks and the map',
    gist: 'A share is cut into about a thousand chunks, each with its own hash.',
    body: [
      'Each chunk is checked against its hash when it arrives. Whoever sends a wrong one is not asked again, so a liar costs time, but never correctness.',
      'The source hands out each chunk once, to a laptop that passes it on. Receivers ask each other for the rarest chunk first, so that no chunk hangs on a single laptop.',
      'On the map the warm colour is the source, the colours of the sea are the others. A glow is a chunk on its way. The more laptops hold a chunk that is missing here, the stronger the tint of its empty cell; an outline means that nobody here has it.',
    ],
  },
  limits: {
    title: 'What limits a transfer',
    gist: 'Something always does; Shoal says what.',
    body: [
      'Source’s upload rate: at the beginning only the source has the chunks. No protocol is faster than sending everything once.',
      'Download rate of this laptop: the best that can happen. Upload rate of this laptop: others would take more from you.',
      'Disk and processor: each chunk is written and hashed. On a fast cable this can be the limit.',
      'No source: nobody connected has what is missing. And the limit you set yourself under Settings.',
    ],
  },
  privacy: {
    title: 'Who can see what',
    gist: 'The link is the key; without it nobody learns what you share.',
    body: [
      'Connections between laptops are encrypted. Before a laptop is told anything about a share, both prove that they know its link, without showing it.',
      'What you list to “Everyone nearby” is meant for everyone on the network, with its link.',
      'A link follows from the content: whoever has exactly the same files can compute it. A download through a server by plain HTTP shows the content to whoever can listen on the way.',
    ],
  },
  trouble: {
    title: 'When it does not work',
    gist: 'Nearly always the network keeps the laptops apart.',
    body: [
      'Nobody shows up: check that all are on the same network. Guest and campus Wi-Fi often keep laptops apart; a cable or a hotspot of your own helps. Typing the other’s address under Nearby works where multicast does not.',
      'A firewall asks: allow Shoal on private networks. It needs incoming connections, since each peer is a server too.',
      '“Waiting: nobody here has the last chunks”: those who had them left. It goes on as soon as one of them is back.',
      'Slow on Wi-Fi: all laptops of one access point share its air, and a byte from peer to peer goes through it twice.',
    ],
  },
}
