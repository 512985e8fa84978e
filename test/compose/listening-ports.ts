import { readdirSync, readFileSync, readlinkSync } from 'node:fs'

/** State LISTEN in /proc/net/tcp. */
const listen = '0A'

/** The TCP ports at which this process listens, as the kernel has them. */
export function listeningPorts(): readonly number[] {
  const own = new Set(readdirSync('/proc/self/fd').flatMap(inodeOf))
  return ['tcp', 'tcp6'].flatMap((family) =>
    readFileSync(`/proc/self/net/${family}`, 'utf8')
      .split('\n')
      .slice(1)
      .map((line) => line.trim().split(/\s+/))
      .filter(([, , , state, , , , , , inode]) => state === listen && own.has(inode ?? ''))
      .map(([, local]) => Number.parseInt(local?.split(':')[1] ?? '', 16)),
  )
}

/** The inode of a socket; nothing for what is not a socket, or was closed meanwhile. */
function inodeOf(descriptor: string): readonly string[] {
  try {
    const [, inode] = /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/self/fd/${descriptor}`)) ?? []
    return inode === undefined ? [] : [inode]
  } catch {
    return []
  }
}
