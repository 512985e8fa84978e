import type { Config } from './resolved/resolve.ts'
import { surfaceNames } from './schema/web.ts'

/** What is read once: sockets, files and keys that are open for as long as the process lives. */
const fixed = [
  'listen',
  'http',
  'webhooks',
  'adminSocket',
  'helpdeskGroup',
  'store',
  'nodeName',
] as const

/**
 * Settings that differ from those the service was started with and apply only after a restart, in the words of the
 * file.
 */
export function needsRestart(started: Config, next: Config): readonly string[] {
  const changed: string[] = fixed
    .filter((setting) => JSON.stringify(started[setting]) !== JSON.stringify(next[setting]))
    .map((setting) => setting.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`))
  for (const part of ['certificate', ...surfaceNames] as const) {
    if (JSON.stringify(started.web?.[part]) !== JSON.stringify(next.web?.[part])) {
      changed.push(`web.${part}`)
    }
  }
  if (started.headFile !== next.headFile) changed.push('audit.head_file')
  const sameKey = started.sealingKey?.reveal() === next.sealingKey?.reveal()
  return sameKey ? changed : [...changed, 'sealing_key']
}
