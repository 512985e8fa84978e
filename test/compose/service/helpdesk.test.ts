import { spawn } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { expect } from 'chai'
import { type Helpdesk, startHelpdesk } from '../../../src/compose/service/helpdesk.ts'
import { helpdeskSocket } from '../../../src/config/index.ts'
import { connectAsCaller, type LogEvent } from '../../../src/ops/index.ts'
import { HoldfastError, systemClock } from '../../../src/support/index.ts'
import { needRoot } from '../../lab/need.ts'

const nobody = 65_534
const stranger = 65_533

describe('the socket of the helpdesk', () => {
  let folder: string
  let events: LogEvent[]
  let helpdesk: Helpdesk | undefined

  const start = (group: string | undefined) =>
    startHelpdesk({
      config: {
        adminSocket: join(folder, 'run', 'admin.sock'),
        ...(group === undefined ? {} : { helpdeskGroup: group }),
      },
      helpdesk: {
        operations: { who: async (_, { caller }) => caller },
        otherwise: (name) => () => Promise.reject(new HoldfastError('helpdesk-refused', name)),
      },
      clock: systemClock,
      logger: { log: (event) => events.push(event), setLevel: () => undefined },
      onInternalError: () => undefined,
    })
  const socket = () => helpdeskSocket(join(folder, 'run', 'admin.sock'))

  /** What another user of the machine hears there, or which error of the system. */
  async function askAs(uid: number, gid: number): Promise<string> {
    const script = `const socket = require('net').createConnection(${JSON.stringify(socket())})
      socket.on('error', (error) => console.log(error.code))
      socket.on('data', (chunk) => { console.log(String(chunk)); socket.destroy() })
      socket.write('{"id":1,"operation":"who"}\\n')`
    const child = spawn(process.execPath, ['-e', script], { uid, gid, cwd: '/' })
    return text(child.stdout)
  }

  before(function () {
    needRoot(this)
  })
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'holdfast-helpdesk-'))
    chmodSync(folder, 0o755)
    events = []
  })
  afterEach(async () => {
    await helpdesk?.close()
    helpdesk = undefined
    rmSync(folder, { recursive: true, force: true })
  })

  it('is not there unless a group is named', async () => {
    expect(await start(undefined)).to.equal(undefined)
  })

  it('belongs to the group, and no one else gets there', async () => {
    helpdesk = await start('nogroup')
    expect(helpdesk?.row()).to.include({ state: 'ok' })
    const [file, place] = [statSync(socket()), statSync(join(socket(), '..'))]
    expect([file.gid, file.mode & 0o777]).to.deep.equal([nobody, 0o660])
    expect([place.gid, place.mode & 0o777]).to.deep.equal([nobody, 0o750])
    expect(await askAs(stranger, nobody)).to.include('"via":"helpdesk-socket"')
    expect(await askAs(stranger, stranger)).to.match(/EACCES/)
  })

  it('knows its callers, and refuses what is none of its operations', async () => {
    helpdesk = await start('nogroup')
    const connection = await connectAsCaller(socket(), 'alice')
    expect(await connection.call('who', {})).to.deep.equal({
      ...{ via: 'helpdesk-socket', uid: 0, name: 'root', says: 'alice' },
    })
    const refused = await connection.call('backup', {}).catch((error: unknown) => error)
    expect(refused).to.include({ code: 'helpdesk-refused' })
    connection.close()
  })

  it('is missing with a reason where the group is, and nothing else fails for that', async () => {
    helpdesk = await start('no-such-group')
    expect(helpdesk?.row()).to.include({
      state: 'failed',
      detail: 'this machine has no group no-such-group',
    })
    expect(events.map(({ event }) => event)).to.deep.equal(['helpdesk-unusable'])
  })
})
