// What an installed Shoal consists of. `npm run package` starts this.
import { readFileSync } from 'node:fs'

const { devDependencies } = /** @type {{ devDependencies: Record<string, string> }} */ (
  JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))
)

/** Set when there is no Electron to be had and a dummy takes its place: nobody must take the result for an app. */
const stub = process.env['SHOAL_STUB_ELECTRON']

/** @type {import('electron-builder').Configuration} */
const config = {
  appId: 'internal.shoal.desktop',
  productName: 'Shoal',
  copyright: 'MIT licence',
  electronVersion: devDependencies['electron'] ?? null,
  ...(stub && { electronDist: stub }),
  directories: { output: 'release', buildResources: 'build' },
  artifactName: `\${productName}-\${version}-\${os}-\${arch}${stub ? '-STUB' : ''}.\${ext}`,

  extraMetadata: { homepage: 'https://shoal.internal', desktopName: 'shoal-desktop.desktop' },

  // Everything is bundled: the app has no node_modules.
  files: ['package.json', 'dist/core', 'dist/electron', 'dist/renderer', '!**/*.map', '!**/node_modules'],
  npmRebuild: false,
  asar: true,
  // The core starts worker threads by path, and can be run on its own.
  asarUnpack: ['dist/core'],

  electronFuses: {
    runAsNode: false,
    enableCookieEncryption: true,
    enableNodeOptionsEnvironmentVariable: false,
    enableNodeCliInspectArguments: false,
    enableEmbeddedAsarIntegrityValidation: true,
    onlyLoadAppFromAsar: true,
    grantFileProtocolExtraPrivileges: false,
  },

  protocols: [{ name: 'Shoal link', schemes: ['shoal'], role: 'Viewer' }],

  linux: {
    target: ['tar.gz', 'zip', 'deb', 'AppImage'],
    executableName: 'shoal-desktop',
    syncDesktopName: true,
    icon: 'build/icons',
    category: 'Network;FileTransfer;P2P',
    maintainer: 'Shoal <shoal@shoal.internal>',
    vendor: 'Shoal',
    synopsis: 'Shares files between laptops of one network',
    description:
      'Shares files and folders between laptops on one network. Every downloader uploads too, so sending to thirty takes about as long as sending to one.',
    desktop: {
      entry: {
        Name: 'Shoal',
        GenericName: 'File sharing',
        'GenericName[ko]': '파일 공유',
        'Comment[ko]': '같은 네트워크의 모두와 파일을 공유합니다',
        Keywords: 'share;send;file;swarm;peer;',
        StartupNotify: 'true',
      },
    },
  },
  deb: { packageCategory: 'net', packageName: 'shoal' },

  mac: {
    target: ['dmg', 'zip'],
    icon: 'build/icon.icns',
    category: 'public.app-category.utilities',
    hardenedRuntime: true,
    entitlements: 'build/mac/entitlements.plist',
    entitlementsInherit: 'build/mac/entitlements.plist',
    extendInfo: {
      NSLocalNetworkUsageDescription:
        'Shoal finds the other laptops on this network and exchanges files with them.',
      NSBonjourServices: ['_p2p._udp'],
    },
  },

  win: { target: ['nsis'], icon: 'build/icon.ico' },
  nsis: { oneClick: false, perMachine: false, allowToChangeInstallationDirectory: true },
}

// oxlint-disable-next-line import/no-default-export -- electron-builder reads the default
export default config
