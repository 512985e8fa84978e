import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { copyProgram, gzip, put, tar } from '../files.ts'
import type { PackageOptions } from '../options.ts'
import { settle } from '../tree.ts'
import { type Library, librariesOf } from './libraries.ts'

/** No user of any machine has this number; containers use it for "not root". */
const userId = 65_532
const programFolder = 'usr/lib/holdfast'

/** There is no shell in the image. */
const launcher = `#!/${programFolder}/bin/node
import('/${programFolder}/src/main.ts')
`

const environment = {
  PATH: '/usr/bin',
  HOME: '/var/lib/holdfast',
  // Commands of an ordinary user look below these.
  XDG_CONFIG_HOME: '/etc',
  XDG_DATA_HOME: '/var/lib',
  XDG_CACHE_HOME: '/var/cache',
  XDG_RUNTIME_DIR: '/run',
  MALLOC_ARENA_MAX: '2',
}

type Blob = { readonly mediaType: string; readonly digest: string; readonly size: number }

/**
 * Writes `holdfast-VERSION-oci-ARCHITECTURE.tar`, an OCI image layout, and gives its path. Needs no daemon. `folder`:
 * scratch, which is not there yet.
 */
export function buildImage(
  program: string,
  folder: string,
  out: string,
  options: PackageOptions,
): string {
  const { architecture, source, sbom, isFast } = options
  const { version, epoch } = source
  const layout = join(folder, 'layout')
  mkdirSync(join(layout, 'blobs/sha256'), { recursive: true })
  const libraries = librariesOf(join(program, 'bin/node'), architecture)
  const rootFolder = join(folder, 'root')
  copyProgram(program, join(rootFolder, programFolder), {
    ...{ kind: 'container', without: ['systemd', 'bin/holdfast'] },
    adding: { 'sbom.cdx.json': sbom.text(architecture, libraries) },
  })
  putSystem(rootFolder, libraries)
  settle(rootFolder, epoch, {
    programs: [
      'usr/bin/holdfast',
      `${programFolder}/bin/node`,
      ...libraries.map(({ path }) => path.slice(1)),
    ],
    modes: { tmp: 0o1777 },
  })
  const stateFolder = join(folder, 'state')
  const own = ['etc/holdfast', 'run/holdfast', 'var/lib/holdfast', 'var/cache/holdfast']
  for (const each of own) mkdirSync(join(stateFolder, each), { recursive: true })
  const closed = Object.fromEntries(own.map((each) => [each, 0o700]))
  settle(stateFolder, epoch, { programs: [], modes: closed })
  const layers = [
    layerOf(rootFolder, 0, folder),
    // The service may write here and nowhere else.
    layerOf(stateFolder, userId, folder),
  ]

  const put_ = (content: string | Uint8Array, mediaType: string): Blob => {
    const digest = sha256(content)
    put(join(layout, 'blobs/sha256', digest), content)
    return { mediaType, digest: `sha256:${digest}`, size: Buffer.byteLength(content) }
  }
  const created = new Date(epoch * 1_000).toISOString()
  const labels = {
    'org.opencontainers.image.title': 'holdfast',
    'org.opencontainers.image.version': version,
    'org.opencontainers.image.licenses': 'Apache-2.0',
    ...(source.commit !== undefined && { 'org.opencontainers.image.revision': source.commit }),
  }
  const config = put_(
    JSON.stringify({
      ...{ created, architecture, os: 'linux' },
      config: {
        User: `${userId}:${userId}`,
        Env: Object.entries(environment).map(([name, value]) => `${name}=${value}`),
        Entrypoint: ['/usr/bin/holdfast'],
        Cmd: ['serve'],
        WorkingDir: '/var/lib/holdfast',
        ExposedPorts: { '1812/udp': {}, '1813/udp': {} },
        Volumes: { '/etc/holdfast': {}, '/var/lib/holdfast': {} },
        StopSignal: 'SIGTERM',
        Labels: labels,
      },
      rootfs: { type: 'layers', diff_ids: layers.map(({ plain }) => `sha256:${sha256(plain)}`) },
      history: layers.map(() => ({ created, created_by: 'npm run package' })),
    }),
    'application/vnd.oci.image.config.v1+json',
  )
  const packed = layers.map(({ plain }) =>
    put_(gzip(plain, isFast ? 1 : 9), 'application/vnd.oci.image.layer.v1.tar+gzip'),
  )
  const manifestType = 'application/vnd.oci.image.manifest.v1+json'
  const manifest = put_(
    JSON.stringify({
      ...{ schemaVersion: 2, mediaType: manifestType, config, layers: packed },
      annotations: labels,
    }),
    manifestType,
  )
  const index = {
    schemaVersion: 2,
    manifests: [
      {
        ...manifest,
        platform: { architecture, os: 'linux' },
        annotations: { 'org.opencontainers.image.ref.name': `holdfast:${version}` },
      },
    ],
  }
  put(join(layout, 'index.json'), JSON.stringify(index))
  put(join(layout, 'oci-layout'), JSON.stringify({ imageLayoutVersion: '1.0.0' }))
  settle(layout, epoch, { programs: [] })
  const file = join(out, `holdfast-${version}-oci-${architecture}.tar`)
  tar(layout, file, '.')
  return file
}

/** What a Linux program expects to find beside itself. */
function putSystem(folder: string, libraries: readonly Library[]): void {
  put(join(folder, 'usr/bin/holdfast'), launcher)
  put(
    join(folder, 'etc/passwd'),
    `holdfast:x:${userId}:${userId}::/var/lib/holdfast:/nonexistent\n`,
  )
  put(join(folder, 'etc/group'), `holdfast:x:${userId}:\n`)
  put(join(folder, 'etc/nsswitch.conf'), 'hosts: files dns\n')
  mkdirSync(join(folder, 'tmp'))
  for (const { path, content, debianPackage, copyright } of libraries) {
    put(join(folder, path), content)
    put(join(folder, `usr/share/doc/${debianPackage}/copyright`), copyright)
  }
}

function layerOf(folder: string, owner: number, scratch: string): { readonly plain: Uint8Array } {
  const file = join(scratch, `layer-${owner}.tar`)
  tar(folder, file, '.', owner)
  return { plain: readFileSync(file) }
}

function sha256(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex')
}
