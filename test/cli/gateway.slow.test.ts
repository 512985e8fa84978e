import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { methods } from '../../src/accounts/index.ts'
import { exitCodes } from '../../src/cli/exit-codes.ts'
import { formatDateTime } from '../../src/cli/text/times.ts'
import { describeGateways } from '../../src/compose/gateways.ts'
import { loadConfig } from '../../src/config/index.ts'
import { loadSigningCounts } from '../../src/operations/gateways/saved-signing.ts'
import { loadGatewayStatuses } from '../../src/operations/gateways/statuses.ts'
import { createAdminOperations, createPersonLookup } from '../../src/operations/index.ts'
import { type AdminSocket, startAdminSocket } from '../../src/ops/index.ts'
import { loadMemories, memoryKey, newMemory } from '../../src/patience/index.ts'
import { noteEnd, noteGone, noteLost, noteResend, noteWaiting } from '../../src/patience/learn.ts'
import { createKeyring, openStore } from '../../src/store/index.ts'
import { systemClock } from '../../src/support/index.ts'
import { run, temporaryFolder } from './fake-io.ts'

const master = Buffer.alloc(32, 5)

/** What a gateway leaves behind that sends at 0, 5 and 10 s and then gives up; two people were lost. */
function impatience(): string {
  const start = { patienceMs: 10_000, marginMs: 1_000, challenges: false }
  const known = { start, memory: newMemory() }
  for (let count = 0; count < 10; count++) {
    known.memory.signIns += 1
    noteResend(known, 5_000)
    noteWaiting(known, 10_000, 'resend')
    noteEnd(known, 15_000, 3)
    noteGone(known, 16_500, 'silence')
  }
  const nowMs = systemClock.nowMs()
  for (const daysAgo of [0, 2, 40]) noteLost(known, nowMs - daysAgo * 86_400_000)
  return JSON.stringify(known.memory)
}

const nowMs = systemClock.nowMs()
const signing = {
  signed: { count: 1, firstMs: nowMs - 90_000, lastMs: nowMs - 90_000 },
  unsigned: { count: 3, firstMs: nowMs - 80_000, lastMs: nowMs - 60_000 },
}

/** What a gateway leaves behind that does not show challenges. */
function silence(): string {
  return JSON.stringify({ ...newMemory(), challenges: { sent: 12, answered: 0 } })
}

for (const mode of ['service', 'store'] as const) {
  describe(`gateway commands with the ${mode}`, () => {
    const folder = join(temporaryFolder(), `gateways-${mode}`)
    const file = (name: string) => join(folder, name)
    let socket: AdminSocket | undefined
    let close: () => Promise<void> = async () => undefined

    before(async () => {
      mkdirSync(folder, { recursive: true })
      writeFileSync(file('sealing-key'), `${master.toString('base64')}\n`, { mode: 0o600 })
      writeFileSync(file('secret'), 'abcdefghijklmnopqrstuvwxyz012345\n', { mode: 0o600 })
      writeFileSync(file('users.yaml'), '{}\n')
      writeFileSync(
        file('holdfast.yaml'),
        `store: { sqlite: ${file('holdfast.db')} }
sealing_key: file:sealing-key
admin_socket: ${file('admin.sock')}
directories:
  people: { type: local, users_file: users.yaml }
gateways:
  vpn: { address: 192.0.2.1, secret: "file:secret", challenges: false }
  forti: { address: 192.0.2.2, secret: "file:secret", preset: fortigate }
  long: { address: 192.0.2.3, secret: "file:secret", patience: 60s }
  mute: { address: 192.0.2.4, secret: "file:secret", patience: 60s }
`,
      )
      const store = await openStore({
        file: file('holdfast.db'),
        keyring: createKeyring({ current: master }),
        node: 'test',
      })
      await store.settings.set(memoryKey('vpn'), impatience())
      await store.settings.set(memoryKey('forti'), 'garbage')
      await store.settings.set(memoryKey('mute'), silence())
      await store.settings.set('signing:vpn', JSON.stringify(signing))
      await store.settings.set('signing:forti', 'garbage')
      const record = {
        ...{ gateway: 'vpn', source: '192.0.2.1', receivedAtMs: nowMs, eventAtMs: nowMs },
        ...{ statusType: 1, digest: new Uint8Array(16), attributes: new Uint8Array(6) },
      }
      await store.accounting.add([record], 10)
      if (mode === 'store') {
        await store.close()
        return
      }
      const config = loadConfig(file('holdfast.yaml'), { env: {} })
      socket = await startAdminSocket({
        path: file('admin.sock'),
        operations: createAdminOperations({
          clock: systemClock,
          store,
          findPerson: createPersonLookup({ directories: [], users: store.users }),
          gateways: async () => {
            const memories = await loadMemories(store.settings)
            const counts = await loadSigningCounts(store.settings)
            return loadGatewayStatuses(
              describeGateways(config),
              store,
              (name) => memories.get(name),
              (name) => counts.get(name) ?? {},
            )
          },
          usableMethods: () => methods,
          issuer: 'Example',
          scratchFolder: folder,
        }),
        onInternalError: () => undefined,
      })
      close = () => store.close()
    })
    after(async () => {
      await socket?.close()
      await close()
    })

    const holdfast = (...words: readonly string[]) =>
      run(['gateway', ...words, '--config', file('holdfast.yaml')])

    it('list how long each waits, and from where that is known', async () => {
      const { code, stdout } = await holdfast('list')
      expect(code).to.equal(exitCodes.ok)
      const row = (name: string) =>
        stdout
          .split('\n')
          .find((line) => line.startsWith(name))
          ?.split(/ {2,}/)
      expect(row('vpn')).to.deep.equal([
        'vpn',
        '-',
        '15.0 s',
        'its resends',
        '82 %',
        '10',
        '2',
        'sometimes',
        formatDateTime(nowMs),
      ])
      expect(row('forti')).to.deep.equal([
        'forti',
        'FortiGate',
        '5.0 s',
        'preset',
        '-',
        '0',
        '0',
        '-',
        '-',
      ])
      expect(row('long')).to.deep.equal([
        'long',
        '-',
        '1 min 0 s',
        'configuration',
        '-',
        '0',
        '0',
        '-',
        '-',
      ])
    })

    it('show what was seen, who was lost, and what to change', async () => {
      const { code, stdout } = await holdfast('show', 'vpn')
      expect(code).to.equal(exitCodes.ok)
      expect(stdout).to.match(/Waits +15\.0 s \(its resends\)/)
      expect(stdout).to.match(/Is answered +14\.9 s after the first packet/)
      expect(stdout).to.match(/Sends again +each 5\.0 s, gives up after 3 packets/)
      expect(stdout).to.match(/Lost last week +2 people/)
      expect(stdout).to.include(`last record ${formatDateTime(nowMs)}`)
      expect(stdout).to.include('2 were lost last week because it waits 15.0 s for an answer.')
      expect(stdout).to.include('Raise the time-out of its RADIUS server')
    })

    it('show who does not send Message-Authenticator, and what to do', async () => {
      const { stdout } = await holdfast('show', 'vpn')
      expect(stdout).to.match(/Signs +sometimes/)
      expect(stdout).to.match(
        /CVE-2024-3596\): sends no Message-Authenticator, and so gets no answer \(3 requests since/,
      )
      expect(stdout).to.match(/- Update it to a version/)
      expect((await holdfast('show', 'long')).stdout).to.not.include('CVE')
    })

    it('show the advice for the kind of gateway, and none where it waits long enough', async () => {
      const forti = await holdfast('show', 'forti')
      expect(forti.stdout).to.include('Set remoteauthtimeout to 60 s.')
      expect(forti.stdout).to.include('Learnt                   nothing yet')
      const long = await holdfast('show', 'long')
      expect(long.stdout).to.include('nothing to change')
      expect(long.stdout).to.not.include('Raise')
    })

    it('tell that no challenge was ever answered', async () => {
      const mute = await holdfast('show', 'mute')
      expect(mute.stdout).to.include('None of 12 challenges was answered.')
      expect((await holdfast('show', 'vpn')).stdout).to.not.include('None of')
    })

    it('give all of it as JSON', async () => {
      const { stdout } = await holdfast('show', 'vpn', '--json')
      const gateway = JSON.parse(stdout)
      expect(gateway.inUse).to.deep.equal({ patienceMs: 15_000, marginMs: 75 })
      expect(gateway.report).to.include({ lostLastWeek: 2, intervalMs: 5_000, packets: 3 })
      expect(JSON.parse((await holdfast('list', '--json')).stdout)).to.have.length(4)
    })

    it('know no gateway that is not configured', async () => {
      const { code, stderr } = await holdfast('show', 'nowhere')
      expect(code).to.equal(exitCodes['not-found'])
      expect(stderr).to.include('No gateway is called "nowhere"')
    })
  })
}
