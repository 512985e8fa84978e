import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { shellBlocks } from '../docs/steps.ts'
import { holdfast } from './cli.ts'
import { type Service, startService } from './service.ts'
import { lastingConfig, type Place } from './service-config.ts'

const page = 'docs/how-to/enrol-people.md'
const dayMs = 86_400_000
const dayOf = (ms: number) => new Date(ms).toISOString().slice(0, 10)
const groups = ['staff']

function configOf(place: Place): string {
  const { directories, ...common } = lastingConfig(place)
  const users = {
    // Gets a code from the demo's start.
    aaron: { password: 'rod' },
    alice: { password: 'wonderland', groups, email: 'alice@example.com', language: 'nl' },
    bob: { password: 'builder', groups },
    carol: { password: 'singer', groups, phones: ['+31687654321'] },
    dave: { password: 'diver' },
    erin: { password: 'x', display_name: '<script>Erin</script>', groups },
  }
  const from = dayOf(Date.now() - 2 * dayMs)
  const until = dayOf(Date.now() + 20 * dayMs)
  const people = { listen: `127.0.0.1:${place.httpPort}`, public_url: 'http://localhost:8080' }
  return JSON.stringify({
    ...common,
    http: undefined,
    directories: { people: { ...directories.people, users } },
    web: { helpdesk: '4400', people },
    enrolment: {
      campaigns: [
        { name: 'spring', group: 'staff', gateways: ['append'], from, until, remind_every: '1d' },
      ],
    },
  })
}

/** What the page says to type, as it is there, with a reason in quotes as one word. */
function commandsIn(heading: string): readonly (readonly string[])[] {
  return shellBlocks(page, heading)
    .flatMap((block) => block.trim().split('\n'))
    .map((line) =>
      [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, word]) => quoted ?? word ?? ''),
    )
}

describe('docs/how-to/enrol-people.md, with a service', function () {
  this.timeout(300_000)
  let service: Service

  before(async () => {
    service = await startService(configOf)
  })
  after(async () => {
    await service?.stop()
    if (service) rmSync(service.folder, { recursive: true, force: true })
  })

  /** Files go into the folder of the test. */
  function command(words: readonly string[]) {
    const [, ...args] = words.map((word) =>
      /\.html$/.test(word) ? join(service.folder, word) : word,
    )
    return holdfast([...args, '--config', service.configFile])
  }

  it('who is missing: the lists have a line for each, and a count', async () => {
    const [all, missing] = await Promise.all(commandsIn('Who is missing').map(command))
    expect(all?.stderr).to.equal('')
    expect(all?.stdout)
      .to.match(/^alice +nothing/m)
      .and.match(/^carol +sms, call of the directory/m)
    expect(all?.stdout).to.include('4 people: 0 have something set up, 1 has only a number')
    expect(missing?.stdout).not.to.match(/^carol/m)
    expect(missing?.stdout).to.match(/^bob +nothing/m)
    const json = await command(['holdfast', 'enrolment', 'list', '--json'])
    expect(JSON.parse(json.stdout)).to.have.property('people').with.lengthOf(6)
    const unknown = await command(['holdfast', 'enrolment', 'list', '--group', 'nobody'])
    expect(unknown.code).to.equal(4)
    expect(unknown.stderr).to.include('No directory has a group "nobody"')
  })

  it('codes for a group: a dry run makes none; then each has a page', async () => {
    const [dry = [], real = []] = commandsIn('Codes for a group')
    const tried = await command(dry)
    expect(tried.code, tried.stderr).to.equal(0)
    expect(tried.stdout)
      .to.match(/^alice +yes/m)
      .and.include('4 codes would be made')
    const made = await command(real)
    expect(made.code, made.stderr).to.equal(0)
    expect(made.stdout)
      .to.match(/^alice +yes/m)
      .and.include('4 codes made')
    const file = join(service.folder, 'staff.html')
    expect(statSync(file).mode & 0o777).to.equal(0o600)
    const html = readFileSync(file, 'utf8')
    const sections = html.split('<section ').slice(1)
    expect(sections).to.have.length(4)
    const codes = sections.map((section) => /class="code">([0-9A-Z-]{14})</.exec(section)?.[1])
    expect(new Set(codes).size).to.equal(4)
    expect(sections.find((section) => section.includes('alice'))).to.include('lang="nl"')
    expect(html).not.to.include('<script>')
    for (const code of codes) expect(made.stdout + made.stderr).not.to.include(code)
    expect(service.output()).not.to.include(codes[0])

    const again = await command(real)
    expect(again.code).to.equal(6)
    expect(again.stderr).to.include('so no code was made').and.include('--force')
    expect(readFileSync(file, 'utf8')).to.equal(html)
    const kept = await command([...real, '--force'])
    expect(kept.stdout)
      .to.match(/^alice +no: has a code/m)
      .and.include('0 codes made')
    expect(readFileSync(file, 'utf8'), 'no page takes the place of pages').to.equal(html)
    const renewed = await command([...real, '--force', '--renew'])
    expect(renewed.stdout).to.include('4 codes made')
    expect(readFileSync(file, 'utf8')).not.to.include(codes[0] ?? '')
    const shown = await command(['holdfast', 'enrolment', 'list', '--group', 'staff'])
    expect(shown.stdout).to.match(/^alice .*has a code until/m)
  })

  it('codes for people: the file is looked at first, and what is wrong is said', async () => {
    const [, several = []] = commandsIn('At the portal')
    const made = await command(several)
    expect(made.code, made.stderr).to.equal(0)
    const file = join(service.folder, 'codes.html')
    expect(readFileSync(file, 'utf8').split('<section ')).to.have.length(4)
    expect((await command(several)).code).to.equal(6)
    writeFileSync(file, 'mine')
    const reason = ['--reason', 'x']
    const base = ['holdfast', 'enrolment', 'codes']
    const wrong = await Promise.all(
      [
        [...base, ...reason, '--print', 'a.html'],
        [...base, 'alice', '--group', 'staff', ...reason, '--print', 'a.html'],
        [...base, 'alice', '--renew', ...reason, '--print', 'a.html'],
        [...base, '--group', 'staff', ...reason],
      ].map(command),
    )
    expect(wrong.map(({ code }) => code)).to.deep.equal([2, 2, 2, 2])
    const half = await command([...base, 'alice', 'nobody', ...reason, '--print', 'half.html'])
    expect(half.code).to.equal(4)
    expect(readFileSync(join(service.folder, 'half.html'), 'utf8')).to.include('alice')
  })

  it('campaigns: how many are done, and who is missing', async () => {
    const [list, show] = await Promise.all(commandsIn('Campaigns').map(command))
    expect(list?.stdout).to.match(/^spring +running +staff +append .* every 1 day$/m)
    expect(show?.stdout).to.match(/^campaign +spring \(running\)/m)
    expect(show?.stdout)
      .to.match(/^bob +nothing/m)
      .and.not.match(/^carol/m)
    const unknown = await command(['holdfast', 'campaign', 'show', 'autumn'])
    expect(unknown.code).to.equal(4)
    expect(unknown.stderr).to.include('There are: spring.')
  })

  it('campaigns: a mail reminds who has nothing and an address, in their language', async () => {
    await service.printed(/Stel uiterlijk/)
    expect(service.output()).to.include('Open http://localhost:8080 in uw browser')
    const audit = await command(['holdfast', 'audit', 'search', '--user', 'alice', '--json'])
    const rows = JSON.parse(audit.stdout) as readonly { readonly reason: string }[]
    const sent = rows.filter(({ reason }) => reason === 'campaign-reminder-sent')
    expect(sent).to.have.length(1)
  })
})
