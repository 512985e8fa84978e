import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { PostgresqlPlace } from '../../../src/store/postgresql/place.ts'
import { freePort } from '../port.ts'
import { labDatabasePassword, type Postgresql, startPostgresql } from '../postgresql/server.ts'
import { type Service, startService } from '../service.ts'
import { gatewayConfig, type Place, type Settings, sealingKey } from '../service-config.ts'
import { startTcpProxy, type TcpProxy } from '../tcp-proxy.ts'
import { wideTotp } from '../totp.ts'
import { startTwilioStandIn, type TwilioStandIn } from '../twilio-stand-in.ts'
import { type Balancer, startBalancer } from './balancer.ts'
import {
  type AskingSchedule,
  type FailoverGateway,
  openFailoverGateway,
} from './failover-gateway.ts'
import { openTwilioDoor } from './twilio-door.ts'

const accountSid = `AC${'1'.repeat(32)}`
const authToken = '0123456789abcdef0123456789abcdef'
/** For those who let thousands wait. */
const openSignIns = 20_000

/** A row of the audit, of whichever node. */
export type AuditedSignIn = {
  readonly node: string
  readonly user_name: string
  readonly outcome: string
  readonly reason: string
}

/** Two services, or more, on one database, and the phones of their people. */
export type Nodes = {
  readonly database: Postgresql
  readonly place: PostgresqlPlace
  /** By index; `restart` puts another there. */
  readonly services: readonly Service[]
  /** The way of each to the database; none where they go there directly. */
  readonly links: readonly TcpProxy[]
  readonly phones: TwilioStandIn
  readonly balancer: Balancer
  /** Where each of them takes webhooks, behind the balancer. */
  readonly webhooks: readonly string[]
  /** Of their own, removed when they stop. */
  readonly folder: string
  openGateway(schedule: AskingSchedule, from?: string): Promise<FailoverGateway>
  /** Starts this one again, in the place of the one that has ended. */
  restart(index: number): Promise<Service>
  /** Sign-ins of the audit, all nodes together, the oldest first. `server`: the one that is the primary by now. */
  signIns(server?: Pick<Postgresql, 'admin'>): Promise<readonly AuditedSignIn[]>
  stop(): Promise<void>
}

export type NodesOptions = {
  readonly count?: number
  /** People of the local directory. */
  readonly users: Settings
  /** Whether nodes reach the database without a way that can be cut, which costs this process CPU. */
  readonly direct?: boolean
  /** Another patience of the gateway that holds; default 20 s. */
  readonly patience?: string
  /** What the configuration has besides, of all nodes or of one. */
  readonly more?: Settings | ((index: number) => Settings)
  /** Variables of the environment of one node. */
  readonly environment?: (index: number) => Readonly<Record<string, string>>
  /** Of the database server. */
  readonly settings?: Readonly<Record<string, string>>
  /** Variables of its environment. */
  readonly databaseEnvironment?: Readonly<Record<string, string>>
  /** What a standby that takes over has heard of; default `may_lose`. */
  readonly failover?: 'may_lose' | 'loses_nothing'
  /** Further database servers, behind the first; asked once it runs. */
  readonly moreHosts?: (database: Postgresql) => Promise<readonly number[]>
}

/** Starts them. Twilio is a stand-in of this process, which sends signed webhooks through a balancer to all of them. */
export async function startNodes(options: NodesOptions): Promise<Nodes> {
  const { count = 2, moreHosts = async () => [], failover = 'may_lose', more = {} } = options
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-nodes-'))
  const stops: (() => Promise<unknown> | unknown)[] = [
    () => rmSync(folder, { recursive: true, force: true }),
  ]
  const stop = async () => {
    for (const each of stops.splice(0).reverse()) await each()
  }
  try {
    const database = await startPostgresql(
      { max_connections: '100', ...options.settings },
      options.databaseEnvironment,
    )
    stops.push(() => database.stop('immediate'))
    const place = await database.createDatabase()
    const others = await moreHosts(database)
    const webhookPorts = await freePorts(count)
    const balancer = await startBalancer(webhookPorts)
    stops.push(() => balancer.stop())
    const phones = await startTwilioStandIn({ accountSid, authToken, publicUrl: balancer.url })
    phones.deliverTo = balancer.url
    stops.push(() => phones.stop())
    const door = await openTwilioDoor(phones.address, folder)
    stops.push(() => door.stop())
    const links = options.direct
      ? []
      : await Promise.all(webhookPorts.map(() => startTcpProxy(database.port)))
    for (const link of links) stops.push(() => link.stop())

    const start = (index: number, keep?: Service) =>
      startService(
        (where) =>
          JSON.stringify({
            ...nodeConfig(where, options),
            ...(typeof more === 'function' ? more(index) : more),
            node_name: nodeName(index),
            webhooks: { listen: `127.0.0.1:${webhookPorts[index]}`, public_url: balancer.url },
            outgoing: { proxy: door.proxy },
            store: {
              postgresql: {
                ...databaseConfig(where, place, database, [
                  links[index]?.port ?? database.port,
                  ...others,
                ]),
                failover,
              },
            },
          }),
        keep,
        0,
        { NODE_EXTRA_CA_CERTS: door.caFile, ...options.environment?.(index) },
      )
    const services: Service[] = []
    stops.push(() => Promise.all(services.map((service) => service.stop('SIGKILL'))))
    // One after the other: the first one makes the tables.
    for (const index of webhookPorts.keys()) services.push(await start(index))

    return {
      ...{ database, place, services, links, phones, balancer, folder, stop },
      webhooks: webhookPorts.map((port) => `http://127.0.0.1:${port}`),
      openGateway: (schedule, from) =>
        openFailoverGateway(
          services.map(({ port }) => port),
          schedule,
          from,
        ),
      async restart(index) {
        const service = await start(index, services[index])
        services[index] = service
        return service
      },
      signIns: (server = database) =>
        server.admin<AuditedSignIn>(
          `select node, user_name, outcome, reason from audit where kind = 'sign-in' order by ended_at_ms`,
          place.database,
        ),
    }
  } catch (error) {
    await stop()
    throw error
  }
}

/** `a`, `b`, … */
export function nodeName(index: number): string {
  return String.fromCharCode('a'.charCodeAt(0) + index)
}

function databaseConfig(
  { folder }: Place,
  { database, user }: PostgresqlPlace,
  { caFile }: Postgresql,
  ports: readonly number[],
): Settings {
  const secrets = join(folder, 'secrets')
  mkdirSync(secrets, { mode: 0o700, recursive: true })
  writeFileSync(join(secrets, 'database'), `${labDatabasePassword}\n`, { mode: 0o600 })
  const hosts = ports.map((port) => `127.0.0.1:${port}`)
  const password = 'file:secrets/database'
  return { hosts, database, user, password, tls: { ca_file: caFile } }
}

function nodeConfig({ port, httpPort, folder }: Place, options: NodesOptions): Settings {
  const { users, patience = '20s' } = options
  return {
    insecure_demo: true,
    default_region: 'NL',
    listen: [`127.0.0.1:${port}`],
    http: { listen: `127.0.0.1:${httpPort}` },
    admin_socket: join(folder, 'admin.sock'),
    sealing_key: sealingKey,
    log: { format: 'json' },
    stop_timeout: '1s',
    directories: { people: { type: 'local', users } },
    gateways: {
      hold: gatewayConfig('hold', { patience, label: 'Office VPN', open_sign_ins: openSignIns }),
      append: gatewayConfig('append', { open_sign_ins: openSignIns }),
      text: gatewayConfig('text', { flow: 'challenge', methods: ['sms'] }),
    },
    delivery: {
      twilio: {
        ...{ type: 'twilio', account_sid: accountSid, auth_token: authToken, from: '+15550100' },
        calls_per_second: 100,
      },
    },
    methods: { totp: wideTotp, call: { via: 'twilio' }, sms: { via: 'twilio' } },
  }
}

async function freePorts(count: number): Promise<readonly number[]> {
  const ports: number[] = []
  while (ports.length < count) ports.push(await freePort())
  return ports
}
