import { execFileSync, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

type Blob = { readonly digest: string; readonly size: number }

export type ImageConfig = {
  readonly User: string
  readonly Env: readonly string[]
  readonly Entrypoint: readonly string[]
}

/** Unpacks an OCI image, as a container engine does. Throws where a blob is not what its digest says. */
export function unpackImage(archive: string, folder: string): ImageConfig {
  const layout = join(folder, 'layout')
  const root = join(folder, 'root')
  for (const each of [layout, root]) mkdirSync(each, { recursive: true })
  execFileSync('tar', ['--extract', `--file=${archive}`, `--directory=${layout}`])
  const blob = ({ digest, size }: Blob) => {
    const content = readFileSync(join(layout, 'blobs', digest.replace(':', '/')))
    const found = `sha256:${createHash('sha256').update(content).digest('hex')}`
    if (found !== digest || content.length !== size) throw new Error(`${digest} is something else`)
    return content
  }
  const json = (of: Blob) => JSON.parse(blob(of).toString('utf8'))
  const [first] = JSON.parse(readFileSync(join(layout, 'index.json'), 'utf8')).manifests
  const manifest = json(first)
  for (const layer of manifest.layers as readonly Blob[]) {
    const words = ['--extract', '--gzip', '--same-owner', '--same-permissions', '--file=-']
    execFileSync('tar', [...words, `--directory=${root}`], { input: blob(layer) })
  }
  return json(manifest.config).config
}

/** Runs a command of the image as its user on a root that cannot be written, without a network but the loopback. */
export function runImage(folder: string, config: ImageConfig, words: readonly string[]) {
  const root = join(folder, 'root')
  const script = `
    ip link set lo up
    mount --bind ${root} ${root}
    for each in dev proc; do mkdir -p ${root}/$each; mount --rbind /$each ${root}/$each; done
    mkdir -p ${folder}/etc ${folder}/store && chown ${config.User} ${folder}/etc ${folder}/store
    mount --bind ${folder}/etc ${root}/etc/holdfast
    mount --bind ${folder}/store ${root}/var/lib/holdfast
    mount -o remount,ro,bind ${root}
    exec env --ignore-environment ${config.Env.map((each) => `'${each}'`).join(' ')} \\
      "$(command -v chroot)" --userspec=${config.User} ${root} "$@"`
  const { status, stdout, stderr } = spawnSync(
    'unshare',
    ['--mount', '--net', 'sh', '-e', '-c', script, 'sh', ...config.Entrypoint, ...words],
    { encoding: 'utf8' },
  )
  return { code: status, stdout, stderr }
}
