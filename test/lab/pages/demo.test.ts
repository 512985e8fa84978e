import { spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { readPages } from '../../docs/pages.ts'
import { shellBlocks } from '../../docs/steps.ts'
import { demoPhone } from '../demo-phone.ts'
import { needProgram } from '../need.ts'
import { demoYaml, type Service, startService } from '../service.ts'

const page = 'docs/start/demo.md'

describe('the demo, by the lines of docs/start/demo.md', function () {
  this.timeout(600_000)
  let service: Service
  let phone: ReturnType<typeof demoPhone>

  before(async function () {
    for (const program of ['radclient', 'oathtool', 'curl', 'eapol_test']) {
      needProgram(program, this)
    }
    service = await startService(demoYaml)
    phone = demoPhone(service.httpPort)
    // What the lines need is there before it says so.
    await service.printed(/eapol_test -c/)
  })
  after(async () => {
    await service?.stop()
  })

  /** Pastes a block, except for the ports of this demo. `input` is what the reader types. Gives all that is shown. */
  function paste(block: string, input = ''): Promise<string> {
    const script = block
      .replaceAll('npx holdfast', 'bin/holdfast')
      .replaceAll(':1812', `:${service.port}`)
      .replaceAll('-p 1812', `-p ${service.port}`)
      .replaceAll(':8080', `:${service.httpPort}`)
      .replaceAll(':1813', `:${/accounting on 127\.0\.0\.1:(\d+)/.exec(service.output())?.[1]}`)
    // Through a pipe, since the lines write to /dev/stderr, which cannot be opened where it is a socket.
    const child = spawn('bash', ['-c', `{ ${script}\n} 2>&1 | cat`], {
      env: { ...process.env, XDG_RUNTIME_DIR: service.folder },
    })
    let shown = ''
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (shown += text))
    child.stdin.end(input)
    return new Promise((resolve) => child.once('close', () => resolve(shown)))
  }

  async function pressWhenItRings(keys: string, after = 0): Promise<void> {
    const call = await phone.next('call', 'carol', after)
    await phone.press(call.id, keys)
  }

  const [alice = '', bob = '', carol = '', answer = '', ttls = '', tls = '', dave = '', why = ''] =
    shellBlocks(page, 'With radclient')

  it('a first sign-in: carol is in once she has pressed #', async () => {
    const lines = shellBlocks(page, 'A first sign-in')
    expect(lines).to.have.length(1)
    const shown = paste(lines[0] ?? '', 'singer\n')
    await pressWhenItRings('#')
    expect(await shown).to.match(/^Accepted after/m)
  })

  it('alice is in with a code after the password, once', async () => {
    expect(await paste(alice)).to.include('Received Access-Accept')
    expect(await paste(alice)).to.include('Received Access-Reject')
  })

  it('bob is in with the code of the text message', async () => {
    expect(await paste(bob)).to.match(/Received Access-Challenge[\s\S]*Received Access-Accept/)
  })

  it('carol is in when the other terminal answers the call', async () => {
    const calls = await phone.calls()
    const held = paste(carol)
    await phone.next('call', 'carol', calls)
    await paste(answer)
    expect(await held).to.include('Received Access-Accept')
  })

  it('frank is on the Wi-Fi by password and by certificate', async () => {
    const ends = /^MPPE keys OK: 1 {2}mismatch: 0\nSUCCESS$/m
    expect(await paste(ttls)).to.match(ends)
    expect(await paste(tls)).to.match(ends)
  })

  it('dave is refused with a reference, which why explains', async () => {
    const refused = await paste(dave)
    expect(refused).to.include('You have no phone or app set up for signing in')
    const [, reference = ''] = / Ref (\w+)/.exec(refused) ?? []
    const explained = await paste(why.replace('7K2M', reference))
    expect(explained)
      .to.include('not-enrolled')
      .and.include('alice at hold, with the right password alone, is refused: no-method-for-flow.')
  })

  it('try plays each of them', async () => {
    const lines = shellBlocks(page, 'Without radclient')[0]?.trim().split('\n') ?? []
    const line = (name: string) => lines.find((each) => each.includes(`try ${name}`)) ?? ''
    expect(lines).to.have.length(4)
    expect(await paste(line('dave'), 'diver\n')).to.include('Rejected after')
    const calls = await phone.calls()
    const held = paste(line('carol'), 'singer\n')
    await pressWhenItRings('#', calls)
    expect(await held).to.match(/^Accepted after/m)
    // The line asks for a code that the reader does not type here.
    for (const [name, password] of [
      ['alice', 'wonderland'],
      ['bob', 'builder'],
    ] as const) {
      expect(await paste(line(name), `${password}\n`)).to.include('Access-Challenge')
    }
  })

  it('simulate says that she is in with one prompt', async () => {
    const [line = ''] = shellBlocks(page, 'Would your gateway wait long enough?')
    expect(await paste(line)).to.match(/carol is in after .* with one prompt/)
  })

  it('a report of carol blocks her, and unlock releases her', async () => {
    const calls = await phone.calls()
    const held = paste(carol)
    await pressWhenItRings('0#', calls)
    expect(await held).to.include('Received Access-Reject')
    const [lines = ''] = shellBlocks(page, '“That was not me”')
    const shown = await paste(lines)
    expect(shown)
      .to.match(/blocked: fraud reported/)
      .and.include('admin-user-unlocked')
    expect(await paste('npx holdfast user show carol')).not.to.include('fraud reported')
  })

  it('the line of the page on accounting is answered, and the gateway has the time of the record', async () => {
    const [line = ''] = shellBlocks('docs/how-to/accounting.md', 'Accounting')
    expect(await paste(line)).to.include('Received Accounting-Response')
    expect(await paste('npx holdfast gateway show append')).to.match(/accounting/i)
  })

  it('the laptop of the page on Wi-Fi is let in, as frank', async () => {
    const page = readPages().find(({ path }) => path === 'docs/how-to/wifi.md')
    const network = page?.blocks.find(({ code }) => code.startsWith('network={'))?.code ?? ''
    const own = network
      .replace('"alice"', '"frank"')
      .replace('wonderland', 'freckles')
      .replace(
        '/etc/holdfast/certificates/ca.pem',
        join(service.folder, `holdfast-demo-${process.getuid?.()}`, 'wifi-ca.pem'),
      )
    writeFileSync(join(service.folder, 'alice.conf'), own)
    const [line = ''] = shellBlocks('docs/how-to/wifi.md', 'Try it')
    const shown = await paste(
      line
        .replace('alice.conf', join(service.folder, 'alice.conf'))
        .replace('192.0.2.5', '127.0.0.1')
        .replace('SECRET', 'testing123 -N 32:s:wifi'),
    )
    expect(shown).to.match(/^SUCCESS$/m)
  })
})
