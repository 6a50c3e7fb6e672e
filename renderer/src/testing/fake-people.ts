import type { NearbyPeer, Network, OfferedShare, Settings } from '../../../src/contract/index.ts'

/** Valid CIDs (v1, dag-cbor, sha2-256), so that links in the demo pass the real grammar. */
export function fakeCid(seed: number): string {
  const letters = 'abcdefghijklmnopqrstuvwxyz234567'
  let state = seed * 2_654_435_761
  let text = ''
  // 36 bytes are 57.6 letters: the last one carries three bits, the lowest two are zero.
  for (let i = 0; i < 52; i++) {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + i) >>> 0
    text += letters[i === 51 ? (state & 7) << 2 : state & 31]
  }
  return `bafyrei${'abcdefgh'[seed % 8] ?? 'a'}${text.slice(1)}`
}

export function fakeLink(seed: number, name: string, size: number): string {
  return `shoal:${fakeCid(seed)}?n=${encodeURIComponent(name)}&s=${size}&p=/ip4/192.168.0.21/tcp/42850`
}

export const PEOPLE = [
  'Mina',
  '지훈',
  'Jonas',
  '서연',
  'Amara',
  'Kenji',
  '하늘',
  'Lucía',
  'Tomek',
  '민준',
  'Priya',
  'Oskar',
  '유나',
  'Sofia',
  'Ravi',
  '도윤',
] as const

function offer(
  seed: number,
  name: string,
  kind: 'file' | 'folder',
  size: number,
  files: number,
): OfferedShare {
  return { cid: fakeCid(seed), link: fakeLink(seed, name, size), name, title: null, kind, size, files }
}

export function fakePeerId(index: number): string {
  return `12D3KooW${String(index).padStart(4, '0').repeat(11)}`
}

const OFFERS: readonly (readonly OfferedShare[])[] = [
  [offer(11, 'Lecture recordings', 'folder', 4.7e9, 24), offer(12, 'syllabus-2026.pdf', 'file', 2.1e6, 1)],
  [offer(13, '소켓 프로그래밍 실습', 'folder', 38e6, 412)],
  [],
  [offer(14, 'debian-13.2.0-amd64-netinst.iso', 'file', 792e6, 1)],
  [offer(15, 'Field trip photos', 'folder', 1.9e9, 640)],
  [],
]

export function fakeNearby(): NearbyPeer[] {
  return OFFERS.map((shares, i) => ({
    peerId: fakePeerId(i),
    name: PEOPLE[i]!,
    version: '0.1.0',
    addresses: [`/ip4/192.168.0.${21 + i}/tcp/42850`],
    connected: i !== 5,
    foundBy: i % 2 ? ['mdns', 'dht'] : ['mdns'],
    shares: [...shares],
  }))
}

export function fakeNetwork(name: string): Network {
  return {
    peerId: fakePeerId(99),
    name,
    version: '0.1.0',
    addresses: ['/ip4/192.168.0.14/tcp/42850', '/ip6/fd12:3456:789a:1::14/tcp/42850'],
    networkName: '192.168.0.0/24',
    interfaces: [
      { name: 'wlp2s0', addresses: ['192.168.0.14', 'fd12:3456:789a:1::14'], excluded: false, kind: 'wifi' },
      { name: 'enp3s0', addresses: ['10.20.0.7'], excluded: false, kind: 'ethernet' },
      { name: 'docker0', addresses: ['172.17.0.1'], excluded: true, kind: 'virtual' },
    ],
    sources: [
      { kind: 'mdns', state: 'on', found: 6, detail: null },
      { kind: 'dht', state: 'on', found: 11, detail: { is: 'table', peers: 11 } },
      { kind: 'tracker', state: 'off', found: 0, detail: null },
      { kind: 'hints', state: 'on', found: 2, detail: null },
      { kind: 'remembered', state: 'starting', found: 0, detail: null },
      { kind: 'typed', state: 'on', found: 0, detail: null },
      { kind: 'exchange', state: 'failed', found: 4, detail: { is: 'error', message: 'timeout' } },
    ],
  }
}

export function fakeSettings(): Settings {
  return {
    name: 'Hana’s laptop',
    downloadDir: '/home/hana/Downloads/Shoal',
    limitUp: 0,
    limitDown: 0,
    excludedInterfaces: ['docker0'],
    visible: true,
    otherNames: false,
    theme: 'system',
    language: 'system',
  }
}
