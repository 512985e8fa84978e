import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect } from 'chai'
import type { CheckRow } from '../../src/operations/index.ts'
import {
  type AccountingGateway,
  openAccountingGateway,
  radclientAcct,
} from './accounting-gateway.ts'
import { openGateway, type TestGateway } from './gateway.ts'
import { freeUdpPort, type Service, startService } from './service.ts'
import {
  administer,
  codeOf,
  enrolApps,
  lastingConfig,
  type Place,
  seedOf,
} from './service-config.ts'

describe('a service that does accounting', function () {
  this.timeout(600_000)
  let service: Service
  let port: number
  let gateway: TestGateway
  const opened: AccountingGateway[] = []

  const yaml = (place: Place, accounting: object = { listen: [`127.0.0.1:${port}`] }) =>
    JSON.stringify({ ...lastingConfig(place), accounting })

  before(async () => {
    port = await freeUdpPort()
    service = await startService((place) => yaml(place))
    gateway = await openGateway(service)
  })
  after(async () => {
    gateway?.close()
    for (const each of opened) each.close()
    await service?.stop()
  })

  async function open(sockets: number): Promise<AccountingGateway> {
    const accounting = await openAccountingGateway(port, 'append', sockets)
    opened.push(accounting)
    return accounting
  }

  async function checkRow(): Promise<CheckRow | undefined> {
    const [rows] = await administer(service, [['check', { directories: false }]])
    return (rows as CheckRow[]).find(({ what }) => what === 'accounting')
  }

  /** Session ids of the rows in the file, whatever state the process was left in. */
  function storedSessions(): Set<string> {
    const database = new DatabaseSync(join(service.folder, 'store', 'holdfast.db'))
    try {
      const rows = database.prepare('select attributes from accounting').all()
      return new Set(
        rows.map(({ attributes }) => {
          const bytes = Buffer.from(attributes as Uint8Array)
          let at = 0
          while (bytes[at] !== 44) at += bytes[at + 1] ?? bytes.length
          return bytes.toString('latin1', at + 2, at + (bytes[at + 1] ?? 0))
        }),
      )
    } finally {
      database.close()
    }
  }

  const start = 'User-Name=alice,NAS-Identifier=append,Acct-Session-Id=S1,Acct-Status-Type=Start'

  it('answers radclient, and keeps once what comes three times with new identifiers', async () => {
    const output = await radclientAcct(port, start, ['-c', '3'])
    expect(output.match(/^Received Accounting-Response/gm)).to.have.length(3)
    expect((await checkRow())?.detail).to.equal(
      `listens on 127.0.0.1:${port}; 1 of 2000000 records kept, from 1 gateway`,
    )
    const [gateways] = await administer(service, [['gateway.list', {}]])
    const known = (gateways as { name: string; lastAccountingMs?: number }[]).filter(
      ({ lastAccountingMs }) => lastAccountingMs !== undefined,
    )
    expect(known.map(({ name }) => name)).to.deep.equal(['append'])
  })

  it('answers Status-Server, and names what comes to the wrong port', async () => {
    const status = await radclientAcct(port, 'Message-Authenticator=0x00', [], 'status')
    expect(status).to.contain('Received Accounting-Response')
    const other = await openGateway({ port })
    await radclientAcct(service.port, start, ['-t', '0.2'])
    await service.printed(/accounting-to-sign-in-port/)
    other.sendBytes(other.request({ user: 'alice', password: 'x', nas: 'append' }).bytes)
    await service.printed(/sign-in-to-accounting-port/)
    other.close()
    const [rows] = await administer(service, [['check', { directories: false }]])
    expect(JSON.stringify(rows)).to.contain('sends accounting to the port for sign-ins')
  })

  it('signs people in while accounting floods it', async () => {
    await enrolApps(service, ['alice'])
    const accounting = await open(40)
    const signIn = gateway.signIn({
      ...{ user: 'alice', password: `wonderland,${codeOf(seedOf('alice'))}`, nas: 'append' },
    })
    for (let index = 0; index < 10_000; index += 1) accounting.send(`flood-${index}`)
    expect((await signIn)?.kind).to.equal('accept')
    await accounting.until(400)
    const answered = accounting.answered.length
    const [, kept] = /; (\d+) of/.exec((await checkRow())?.detail ?? '') ?? []
    expect(Number(kept)).to.be.at.least(answered)
  })

  it('comes and goes by reload, and stays where the new address is taken', async () => {
    const before = port
    writeFileSync(service.configFile, yaml(service, { listen: [`127.0.0.1:${service.port}`] }))
    const [refused] = await administer(service, [['reload', {}]]).catch((error: Error) => [error])
    expect(String(refused)).to.contain('in listen too')

    port = await freeUdpPort()
    writeFileSync(service.configFile, yaml(service))
    await administer(service, [['reload', {}]])
    const stop = start.replace('Start', 'Stop')
    expect(await radclientAcct(port, stop)).to.contain('Received Accounting-Response')
    expect(await radclientAcct(before, stop, ['-t', '0.3'])).to.not.contain('Received')

    writeFileSync(service.configFile, JSON.stringify(lastingConfig(service)))
    await administer(service, [['reload', {}]])
    expect((await checkRow())?.detail).to.contain('off')
    expect(await radclientAcct(port, stop, ['-t', '0.3'])).to.not.contain('Received')

    writeFileSync(service.configFile, yaml(service))
    await administer(service, [['reload', {}]])
    expect(await radclientAcct(port, stop)).to.contain('Received Accounting-Response')
  })

  it('has a row for each packet that it answered when it is killed with kill -9', async () => {
    const accounting = await open(8)
    let next = 0
    const more = () => {
      for (let count = 0; count < 50; count += 1) accounting.send(`kill-${next++}`)
    }
    // A new group for each that is answered, so that the kill comes in the middle of the work.
    for (let count = 50; count <= 1_000; count += 50) {
      more()
      await accounting.until(count - 40)
    }
    more()
    await service.stop('SIGKILL')
    const answered = [...accounting.answered]
    expect(answered.length).to.be.at.least(960)
    const stored = storedSessions()
    expect(answered.filter((session) => !stored.has(session))).to.deep.equal([])
  })
})
