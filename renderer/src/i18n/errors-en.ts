import type { ErrorTexts } from './error-text.ts'

export const errorsEn = {
  'bad-usage': {
    what: 'That request makes no sense to the core.',
    why: 'Something in it is missing or not allowed.',
    todo: 'Check what you entered.',
  },
  'bad-link': {
    what: 'This is not a Shoal link.',
    why: 'A link begins with “shoal:” followed by a long code; a part of it may have been lost on the way.',
    todo: 'Copy the whole link again.',
  },
  'bad-address': {
    what: 'This is not an address.',
    why: 'An address is an IP address or host name, with a port if it is not the usual one.',
    todo: 'Type it as the other laptop shows it under Network, for example 192.168.0.12:42850.',
  },
  'bad-rate': {
    what: 'This is not a rate.',
    why: 'Rates are numbers of bits per second, such as 20 Mbit/s.',
    todo: 'Enter a number; 0 means no limit.',
  },
  'bad-setting': {
    what: 'This setting cannot have that value.',
    why: 'The value is empty, too long or out of range.',
    todo: 'Choose another value.',
  },
  'not-found': {
    what: 'It is no longer there.',
    why: 'It was removed in the meantime, here or on the command line.',
    todo: 'Go back to the list.',
  },
  'not-supported': {
    what: 'That is not possible here.',
    why: 'The place where Shoal runs does not offer it.',
    todo: 'Try it in the desktop app.',
  },
  'bad-root': {
    what: 'The description of this share is broken.',
    why: 'It does not follow the format, so it was refused before anything was written.',
    todo: 'Ask for a fresh link.',
  },
  'bad-page': {
    what: 'A part of the description of this share is broken.',
    why: 'It does not match what the link promises.',
    todo: 'Nothing was written. Ask for a fresh link.',
  },
  'bad-name': {
    what: 'A file name in this share was refused.',
    why: 'Not every system can hold it, or it would lead outside the download folder.',
    todo: 'Ask the sharer to rename the file.',
  },
  'too-large': {
    what: 'It is too large.',
    why: 'A share, a file or the file system has reached its greatest size.',
    todo: 'Share it in several pieces.',
  },
  'hash-mismatch': {
    what: 'What arrived is not what the link promises.',
    why: 'The hash of a chunk does not match; the laptop that sent it is not asked again.',
    todo: 'Nothing: the chunk is fetched from somebody else.',
  },
  'empty-share': {
    what: 'There is nothing in it to share.',
    why: 'The folder holds no file that can be shared.',
    todo: 'Choose another folder.',
  },
  'disk-full': {
    what: 'The disk is full.',
    why: 'The next chunk did not fit.',
    todo: 'Make room: it goes on by itself, or press Resume.',
  },
  'permission-denied': {
    what: 'The system refused access.',
    why: 'This user may not read or write there.',
    todo: 'Change the permissions or choose another folder, then press Resume.',
  },
  'path-missing': {
    what: 'The file or folder is not there.',
    why: 'It was moved, renamed or deleted, or its disk is not connected.',
    todo: 'Put it back, or share it again from where it is now.',
  },
  'source-changed': {
    what: 'The files changed after they were shared.',
    why: 'Their bytes no longer match the link, so they are not served any more.',
    todo: 'Share them again: that makes a new link.',
  },
  'storage-failed': {
    what: 'Reading or writing failed.',
    why: 'The disk reported an error.',
    todo: 'Check the disk, then press Resume.',
  },
  'storage-corrupt': {
    what: 'Shoal’s own records were damaged.',
    why: 'A file in its data folder cannot be read; it was put aside.',
    todo: 'Add the share again: what is on the disk is checked and reused.',
  },
  'nobody-has-it': {
    what: 'Nobody here has it.',
    why: 'No laptop that can be reached has proved that it knows this share.',
    todo: 'Ask the sharer to keep the laptop open, on the same network.',
  },
  'unknown-share': {
    what: 'The other laptop does not know this share.',
    why: 'It has removed it, or never had it.',
    todo: 'Ask somebody who still has it.',
  },
  'proof-failed': {
    what: 'The other laptop could not prove that it knows the link.',
    why: 'It may have another share, or none; it was told nothing.',
    todo: 'Check that both have the same link.',
  },
  'protocol-violation': {
    what: 'The other laptop broke the rules of the protocol.',
    why: 'Its version may be incompatible, or it means harm; the connection was closed.',
    todo: 'Use the same version of Shoal on both.',
  },
  'rate-limited': {
    what: 'Too many requests at once.',
    why: 'The other side lets only so many through.',
    todo: 'Wait a moment and try again.',
  },
  'peer-unreachable': {
    what: 'The other laptop cannot be reached.',
    why: 'It is off, on another network, or a firewall is between you.',
    todo: 'Check that both are on the same network, and the address.',
  },
  'peer-gone': {
    what: 'The other laptop left.',
    why: 'The connection ended before everything was here.',
    todo: 'Nothing: it goes on as soon as somebody with the rest appears.',
  },
  declined: {
    what: 'The other side declined.',
    why: 'The person there said no.',
    todo: 'Ask again later.',
  },
  'server-unreachable': {
    what: 'The server cannot be reached.',
    why: 'It is off, or the address is wrong.',
    todo: 'Check the address, or get it from the other laptops instead.',
  },
  'server-refused': {
    what: 'The server refused.',
    why: 'It does not have what was asked for, or does not give it to this laptop.',
    todo: 'Ask whoever runs it.',
  },
  'port-taken': {
    what: 'The port is taken.',
    why: 'Another process has bound a socket to this port number.',
    todo: 'End the other process, or choose another port.',
  },
  'name-not-found': {
    what: 'This name does not exist.',
    why: 'The authoritative server for its domain says so.',
    todo: 'Check the spelling.',
  },
  'resolver-failed': {
    what: 'The name could not be looked up.',
    why: 'No DNS server on the way gave an answer.',
    todo: 'Try again, or use an IP address.',
  },
  'bad-domain-name': {
    what: 'This is not a domain name.',
    why: 'A name is made of labels of at most 63 octets, 255 in all.',
    todo: 'Check the spelling.',
  },
  'bad-dns-message': {
    what: 'A DNS message could not be read.',
    why: 'Its octets do not follow the format.',
    todo: 'Try again; if it stays so, the other server is at fault.',
  },
  'bad-zone': {
    what: 'The zone has a mistake.',
    why: 'A zone needs a start of authority, a name server, and records that do not contradict each other.',
    todo: 'Correct the record named above and save again.',
  },
  'bad-mail-address': {
    what: 'This is not a mail address.',
    why: 'An address has the form name@domain.',
    todo: 'Check the spelling.',
  },
  'mailbox-missing': {
    what: 'There is no such mailbox.',
    why: 'The mail server does not know this account.',
    todo: 'Check the address.',
  },
  'mailbox-full': {
    what: 'The mailbox is full.',
    why: 'Its messages take all the space an account has on this laptop.',
    todo: 'Delete messages, and empty the bin.',
  },
  'name-taken': {
    what: 'There is one of that name already.',
    why: 'Two of the same name could not be told apart.',
    todo: 'Choose another name.',
  },
  'mail-refused': {
    what: 'The mail server refused the message.',
    why: 'It does not take mail from here or for this address.',
    todo: 'Read its answer and change the message.',
  },
  'bad-credentials': {
    what: 'Name or password is wrong.',
    why: 'The server does not know this pair.',
    todo: 'Enter them again.',
  },
  'already-running': {
    what: 'Shoal is already running.',
    why: 'Only one core may use a data folder at a time.',
    todo: 'Use the window that is open.',
  },
  'core-gone': {
    what: 'The core does not answer.',
    why: 'It ended, or the connection to it broke.',
    todo: 'Wait: this page reconnects by itself. If not, start Shoal again.',
  },
  'not-running': {
    what: 'Shoal is not running.',
    why: 'There is no core to ask.',
    todo: 'Start Shoal.',
  },
  timeout: {
    what: 'It took too long.',
    why: 'No answer came in time.',
    todo: 'Try again; check that the other laptop is awake.',
  },
  cancelled: {
    what: 'Cancelled.',
    why: 'It was stopped before it was done.',
    todo: 'Start it again when you like.',
  },
  internal: {
    what: 'Shoal made a mistake.',
    why: 'Something happened that should not.',
    todo: 'Try again; if it happens twice, report it with the technical message.',
  },
} satisfies ErrorTexts
