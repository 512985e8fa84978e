// `npm run demo:nodes`: two services on one PostgreSQL database, the phone of carol, and what to type to see that a
// sign-in outlives the service that holds it. Everything is on this machine, and is removed at the end.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { hasPostgresql } from '../../postgresql/server.ts'
import { type Nodes, nodeName, startNodes } from '../pair.ts'
import { type PhonePage, servePhone } from './phone.ts'
import { whatToType } from './what-to-type.ts'

const carol = { user: 'carol', password: 'singer', number: '+31687654321' }

async function run(): Promise<void> {
  if (!hasPostgresql()) {
    console.error(
      'PostgreSQL is not installed: /usr/lib/postgresql is missing. On Debian and Ubuntu: apt-get install postgresql',
    )
    process.exitCode = 1
    return
  }
  console.log('Starting PostgreSQL and two services …')
  const nodes = await startNodes({
    users: { carol: { password: carol.password, phones: [carol.number] } },
    patience: '30s',
  })
  const phone = await servePhone(nodes.phones, carol)
  const files = {
    password: join(nodes.folder, 'password-of-carol'),
    secret: join(nodes.folder, 'gateway-secret'),
  }
  writeFileSync(files.password, `${carol.password}\n`)
  writeFileSync(files.secret, 'testing123\n')
  for (const line of whatToType({ nodes, phone: phone.url, files })) console.log(line)
  for (const index of nodes.services.keys()) sayWhenItEnds(nodes, index)
  restartAtEnter(nodes)
  endAtSignal(nodes, phone)
}

let isEnding = false
const starting = new Set<number>()

function sayWhenItEnds({ services }: Nodes, index: number): void {
  services[index]?.process.once('exit', () => {
    if (isEnding) return
    console.log(`Node ${nodeName(index)} has ended. Press Enter to start it again.`)
  })
}

function restartAtEnter(nodes: Nodes): void {
  createInterface({ input: process.stdin }).on('line', () => {
    for (const [index, { process: child }] of nodes.services.entries()) {
      const isUp = child.exitCode === null && child.signalCode === null
      if (isUp || starting.has(index)) continue
      starting.add(index)
      nodes
        .restart(index)
        .then(
          (service) => {
            console.log(`Node ${nodeName(index)} is process ${service.process.pid} now.`)
            sayWhenItEnds(nodes, index)
          },
          (error: unknown) => console.error(`Node ${nodeName(index)} did not start: ${error}`),
        )
        .finally(() => starting.delete(index))
    }
  })
}

function endAtSignal(nodes: Nodes, phone: PhonePage): void {
  const end = async () => {
    if (isEnding) return
    isEnding = true
    await phone.stop()
    await nodes.stop()
    // What else was made is removed at the exit.
    process.exit(0)
  }
  process.on('SIGINT', end)
  process.on('SIGTERM', end)
}

await run()
