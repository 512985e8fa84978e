import { mkdirSync, writeFileSync } from 'node:fs'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { join } from 'node:path'
import type { PostgresqlPlace } from '../../../src/store/postgresql/place.ts'
import { openPortal } from '../../portal/portal-browser.ts'
import { type PortalService, portalConfig } from '../../portal/portal-service.ts'
import { demoPhone } from '../demo-phone.ts'
import { labDatabasePassword, type Postgresql } from '../postgresql/server.ts'
import { type Service, startService } from '../service.ts'
import { administer, type Place, type Settings } from '../service-config.ts'

/** Two services whose portals share one address: each connection comes to the other one than the one before. */
export type PortalPair = PortalService & {
  /** Which of them took each connection. */
  readonly taken: readonly number[]
  /** Ends this one at once, and leaves the other one alone. */
  kill(index: number): Promise<void>
}

export async function startPortalPair(database: Postgresql, people: Settings): Promise<PortalPair> {
  const place = await database.createDatabase()
  const services: Service[] = []
  const balancer = await startBalancer(() => services.map(({ httpPort }) => httpPort))
  const start = (index: number, keep?: Service) =>
    startService(
      (where) =>
        JSON.stringify({
          ...portalConfig(where, balancer.port, people),
          node_name: `node-${index + 1}`,
          store: storeConfig(where, database, place),
        }),
      keep,
    )
  // One after the other: the first one makes the tables.
  for (const index of [0, 1]) services.push(await start(index))
  const at = (index: number) => services[index] as Service
  const phones = () => services.map(({ httpPort }) => demoPhone(httpPort))
  const isAlive = ({ process }: Service) => process.exitCode === null && process.signalCode === null
  const alive = () => services.find(isAlive) ?? at(0)
  let starting: Promise<unknown> = Promise.resolve()

  return {
    ...balancer,
    now: () => at(0),
    open: (stolen, onAnswer) => openPortal(balancer.port, stolen, onAnswer),
    // Each process has a phone of its own; people look at all of them.
    phone: {
      ...demoPhone(at(0).httpPort),
      async list() {
        const lists = await Promise.all(phones().map((phone) => phone.list().catch(() => [])))
        return lists.flat()
      },
      async press(id, keys) {
        const pressed = phones().map((phone) => phone.press(id, keys).catch(() => 404))
        return Math.min(...(await Promise.all(pressed)))
      },
    },
    administer: async (operation, args) => (await administer(alive(), [[operation, args]]))[0],
    async kill(index) {
      await starting
      await at(index).stop('SIGKILL')
    },
    /** Ends the first one. It starts again while the other one goes on alone. */
    async restart(by) {
      await starting
      await at(0).stop(by)
      starting = start(0, at(0)).then((service) => {
        services[0] = service
      })
    },
    async stop() {
      await balancer.stop()
      await starting
      for (const service of services) await service.stop('SIGKILL')
    },
  }
}

function storeConfig(
  { folder }: Place,
  { port, caFile }: Postgresql,
  { database, user }: PostgresqlPlace,
): Settings {
  const secrets = join(folder, 'secrets')
  mkdirSync(secrets, { mode: 0o700, recursive: true })
  writeFileSync(join(secrets, 'database'), `${labDatabasePassword}\n`, { mode: 0o600 })
  return {
    postgresql: {
      ...{ hosts: [`127.0.0.1:${port}`], database, user },
      ...{ password: 'file:secrets/database', tls: { ca_file: caFile } },
    },
  }
}

/** One that knows nothing of HTTP, and goes on to the next where one is dead. */
async function startBalancer(ports: () => readonly number[]) {
  const taken: number[] = []
  const open = new Set<Socket>()
  let turn = 0

  function pass(outside: Socket, index: number, tries: number): void {
    const port = ports()[index % 2]
    if (port === undefined || tries === 0) {
      outside.destroy()
      return
    }
    const inside = connect(port, '127.0.0.1')
    inside.once('error', () => pass(outside, index + 1, tries - 1))
    inside.once('connect', () => {
      taken.push(index % 2)
      inside.removeAllListeners('error')
      for (const [one, other] of [
        [outside, inside],
        [inside, outside],
      ] as const) {
        one.on('error', () => undefined)
        one.on('close', () => other.destroy())
      }
      outside.pipe(inside)
      inside.pipe(outside)
    })
  }

  const server = createServer((outside) => {
    open.add(outside)
    outside.once('close', () => open.delete(outside))
    turn += 1
    pass(outside, turn - 1, 2)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    taken: taken as readonly number[],
    async stop() {
      for (const socket of open) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
