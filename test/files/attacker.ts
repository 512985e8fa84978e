import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'

/** A user that is neither root nor anyone on this machine. */
export const attackerId = 61_234

/** The same as a group: no right of root's group helps it. */
const script = `
import fs from 'node:fs'
const [folder, secret] = process.argv.slice(1)
const known = new Set(fs.readdirSync(folder))
let exchanged = 0
console.log('ready')
for (;;) {
  for (const name of fs.readdirSync(folder)) {
    if (known.has(name) || name.startsWith('away-')) continue
    try {
      fs.renameSync(folder + '/' + name, folder + '/away-' + exchanged)
      fs.symlinkSync(secret, folder + '/' + name)
      known.add(name)
      exchanged += 1
      console.log(name)
    } catch {}
  }
}
`

export type Attacker = {
  /** Names that it replaced with links. */
  readonly exchanged: readonly string[]
  /** Ends it and waits. */
  end(): Promise<void>
}

/**
 * A process of another user who owns `folder`: each new name in it is taken away at once and becomes a
 * link to `secret`, a file of root's. Resolves once it watches.
 */
export async function startAttacker(folder: string, secret: string): Promise<Attacker> {
  const child: ChildProcess = spawn(
    process.execPath,
    ['--input-type=module', '--eval', script, folder, secret],
    { uid: attackerId, gid: attackerId, cwd: '/', stdio: ['ignore', 'pipe', 'inherit'], env: {} },
  )
  const exchanged: string[] = []
  const ended = once(child, 'exit')
  await new Promise<void>((resolve, reject) => {
    child.once('exit', () => reject(new Error('the attacker ended')))
    child.stdout?.on('data', (text) => {
      exchanged.push(...String(text).trim().split('\n'))
      resolve()
    })
  })
  return {
    exchanged,
    async end() {
      child.kill('SIGKILL')
      await ended
    },
  }
}
