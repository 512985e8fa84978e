import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { expect } from 'chai'
import { parse, stringify } from 'yaml'
import * as z from 'zod'
import { dictionaryOf } from '../../src/compose/dictionary.ts'
import { replyDictionary } from '../../src/compose/sign-in-rules.ts'
import {
  checkReplyRules,
  checkWording,
  type LoadOptions,
  loadConfig,
} from '../../src/config/index.ts'
import { logEntries } from '../../src/ops/log/events.ts'
import { dropReasons, hints, rejectReasons } from '../../src/signin/index.ts'
import { builtInLanguages } from '../../src/texts/index.ts'
import { run } from '../cli/fake-io.ts'
import { anchorsOf, linksOf, parsePage, readPages, root } from './pages.ts'
import { shellBlocks } from './steps.ts'

const pages = readPages()

/** Every line of code: of blocks, with continued lines joined, and inside of lines. */
function codeLines({ blocks, inlineCode, text }: (typeof pages)[number]): readonly string[] {
  const indented = [...text.matchAll(/^ {4}(.+)$/gm)].map(([, code = '']) => code)
  const fenced = blocks.flatMap(({ code }) => code.replaceAll(/\\\n\s*/g, ' ').split('\n'))
  return [...fenced, ...indented, ...inlineCode]
}

describe('links in the pages', () => {
  for (const page of pages) {
    it(`of ${page.path} lead somewhere`, () => {
      const broken = linksOf(page).filter((link) => {
        if (/^(https?|mailto):/.test(link)) return false
        const [target = '', anchor] = link.split('#')
        const file = target === '' ? join(root, page.path) : join(root, dirname(page.path), target)
        if (!existsSync(file) || relative(root, file).startsWith('..')) return true
        return anchor !== undefined && !anchorsOf(readFileSync(file, 'utf8')).includes(anchor)
      })
      expect(broken).to.deep.equal([])
    })
  }

  it('are found, with the anchors GitHub makes', () => {
    const page = parsePage(
      'x.md',
      'see [`a`](b.md#c) and <img src="d.png">\n```\n[no](e.md)\n```\n',
    )
    expect(linksOf(page)).to.deep.equal(['b.md#c', 'd.png'])
    const anchors = anchorsOf('# It says “nothing”!\n```\n# no\n```\n## At 08:12?\n')
    expect(anchors).to.deep.equal(['it-says-nothing', 'at-0812'])
  })

  it('reach every page from the list in docs/index.md', () => {
    const index = pages.find(({ path }) => path === 'docs/index.md')
    const linked = index === undefined ? [] : linksOf(index).map((link) => link.split('#')[0])
    const missing = pages
      .map(({ path }) => relative('docs', path))
      .filter(
        (path) => !/^reference\/(commands|gateways|reasons)\//.test(path) && path !== 'index.md',
      )
      .filter((path) => !linked.includes(path))
    expect(missing).to.deep.equal([])
  })
})

describe('headings in the pages', () => {
  for (const { path, text } of pages) {
    it(`of ${path} begin with one title, leave out no level, and have anchors of their own`, () => {
      const levels = [...text.replace(/^```.*?^```$/gms, '').matchAll(/^(#{1,6}) /gm)].map(
        ([, hashes = '']) => hashes.length,
      )
      expect(levels[0]).to.equal(1)
      expect(
        levels.slice(1).every((level, index) => level > 1 && level <= (levels[index] ?? 0) + 1),
      ).to.equal(true)
      // The versions of the changes have the same parts.
      if (path === 'CHANGELOG.md') return
      const anchors = anchorsOf(text)
      expect(anchors).to.deep.equal([...new Set(anchors)])
    })
  }
})

describe('names of pages in the sources', () => {
  const folders = ['src', 'scripts', 'test', 'config', 'systemd', 'packaging']
  const mentions = folders
    .flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile() && !/\.(gz|db|png|key)$/.test(entry.name))
        .map((entry) => join(entry.parentPath, entry.name)),
    )
    .flatMap((file) =>
      [...readFileSync(file, 'utf8').matchAll(/(?<![\w./-])docs\/[a-z0-9/-]+\.md/g)].map(
        ([page]) => ({
          file: relative(root, file),
          page,
        }),
      ),
    )

  it('are there', () => {
    expect(mentions).to.have.length.above(60)
  })
  it('name pages that exist', () => {
    expect(mentions.filter(({ page }) => !existsSync(join(root, page)))).to.deep.equal([])
  })
})

describe('lines for the shell in the pages', () => {
  /** What no test can run, and why. */
  const notRun: Readonly<Record<string, string>> = {
    'README.md': 'the lines of docs/start/demo.md and docs/start/first-sign-in.md, and npm test',
    'docs/how-to/service-of-a-user.md': 'a systemd of a user',
  }
  const tests = readdirSync(join(root, 'test'), { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.ts$/.test(file) && !file.startsWith('docs/'))
    .map((file) => readFileSync(join(root, 'test', file), 'utf8'))
    .join('\n')

  it('are run by a test that names the page, or are known not to be', () => {
    const names = pages
      .filter(({ text }) => /^ *```sh$/m.test(text))
      .map(({ path }) => path)
      // All of these are run by test/lab/pages/holdfast-lines.test.ts.
      .filter((path) => !path.startsWith('docs/reference/reasons/'))
    const unread = names.filter((path) => {
      const gateway = /^docs\/reference\/gateways\/(.+)\.md$/.exec(path)?.[1]
      return (
        !tests.includes(gateway === undefined ? `'${path}'` : `'${gateway}'`) &&
        !tests.includes(path)
      )
    })
    expect(unread).to.have.members(Object.keys(notRun))
  })
  it('install the package in the README as the page of the first sign-in does', () => {
    const lines = (path: string, heading: string) =>
      shellBlocks(path, heading)
        .flatMap((block) => block.split('\n'))
        .filter((line) => line !== '')
    expect(lines('README.md', 'A first real installation')).to.deep.equal(
      lines('docs/start/first-sign-in.md', 'First sign-in with Active Directory').filter(
        (line) => !/^(holdfast audit|journalctl) /.test(line),
      ),
    )
  })
})

describe('radclient lines in the pages', () => {
  const lines = pages.flatMap(codeLines).filter((line) => /\| *radclient /.test(line))

  it('are there', () => {
    expect(lines).to.have.length.above(4)
  })
  it('send Message-Authenticator, without which no sign-in is answered', () => {
    const silent = lines.filter(
      (line) => !/ acct /.test(line) && !line.includes('Message-Authenticator = 0x00'),
    )
    expect(silent).to.deep.equal([])
  })
})

describe('commands in the pages', () => {
  const commands = pages.flatMap((page) =>
    codeLines(page).flatMap((line) =>
      [...line.matchAll(/(?:^|[\s;&]|\/)holdfast ((?:[a-z]+|--[a-z]+)(?: [^;&|#\n]*)?)/g)].map(
        ([, words = '']) => ({ path: page.path, words }),
      ),
    ),
  )

  const helps = new Map<string, Promise<string>>()
  function helpOf(...words: readonly string[]): Promise<string> {
    const key = words.join(' ')
    const known = helps.get(key) ?? run([...words, '--help']).then(({ stdout }) => stdout)
    helps.set(key, known)
    return known
  }

  /** What is wrong with a command line, or undefined. */
  async function mistakeIn(words: string): Promise<string | undefined> {
    const [name = '', below = ''] = words.split(/\s+/)
    const top = await helpOf()
    if (name.startsWith('-')) return top.includes(name) ? undefined : `no option ${name}`
    if (!new RegExp(`^ {2}holdfast ${name}\\b`, 'm').test(top)) return `no command ${name}`
    let help = await helpOf(name)
    if (new RegExp(`^ {2}holdfast ${name} [a-z]`, 'm').test(help)) {
      if (below === '') return undefined
      const isCommand = new RegExp(`^ {2}holdfast ${name} ${below}\\b`, 'm').test(help)
      // Some take a word that is none of the commands below, such as a name.
      const isDefault = new RegExp(`^ {2}holdfast ${name} <.*\\[default\\]`, 'm').test(help)
      if (!isCommand && !isDefault) return `no command ${name} ${below}`
      if (isCommand) help = await helpOf(name, below)
    }
    const options = [...words.matchAll(/(?:^|[\s[])(--?[a-z][a-z-]*)/g)].map(([, flag]) => flag)
    return options
      .map((flag = '') => flag.replace(/^--no-/, '--'))
      .filter((flag) => !new RegExp(`(^|[ ,])${flag}(?![a-z-])`, 'm').test(help))
      .map((flag) => `no option ${flag}`)
      .at(0)
  }

  it('are there', () => {
    expect(commands).to.have.length.above(50)
  })
  it('exist, with the options they are shown with', async () => {
    const wrong: string[] = []
    for (const { path, words } of commands) {
      const mistake = await mistakeIn(words)
      if (mistake !== undefined) wrong.push(`${path}: holdfast ${words}: ${mistake}`)
    }
    expect(wrong).to.deep.equal([])
  })
  it('are judged: a wrong one is found', async () => {
    expect(await mistakeIn('bogus alice')).to.equal('no command bogus')
    expect(await mistakeIn('user bogus')).to.equal('no command user bogus')
    expect(await mistakeIn('user list --bogus')).to.equal('no option --bogus')
    expect(await mistakeIn('authenticator add alice --no-qr')).to.equal(undefined)
  })
})

const sealingKey = Buffer.alloc(32, 7).toString('base64')
const usual = {
  directories: {
    corp: {
      type: 'ldap',
      servers: ['ldaps://dc1.corp.example.com'],
      bind_dn: 'holdfast@corp.example.com',
      bind_password: 'credential:bind-password',
      base_dn: 'DC=corp,DC=example,DC=com',
    },
  },
  default_region: 'NL',
  gateways: { vpn: { address: '192.0.2.10', secret: 'credential:vpn-secret' } },
  delivery: { sender: { type: 'http', url: 'https://sms.example.com/?to={to}&text={text}' } },
  methods: { sms: { via: 'sender' } },
  webhooks: { listen: '127.0.0.1:8081', public_url: 'https://mfa.example.com' },
}

/** Loads a configuration with a text of its own after every secret. */
function load(file: string, yaml: string) {
  const options: LoadOptions = {
    env: { CREDENTIALS_DIRECTORY: '/credentials' },
    readFile(path) {
      if (path === file) return yaml
      // A list of MAC addresses.
      if (path.endsWith('.txt')) return '00:11:22:33:44:55'
      return path.endsWith('sealing-key') ? sealingKey : `text of ${path}`
    },
    fileMode: () => 0o600,
    checks: [
      checkWording(builtInLanguages),
      checkReplyRules((files) => replyDictionary(dictionaryOf(files))),
    ],
  }
  return loadConfig(file, options)
}

describe('configurations in the pages', () => {
  // Those under docs/reference/gateways/ show pieces of one gateway, and have a test beside the presets.
  const whole = pages.filter(({ path }) => !path.startsWith('docs/reference/gateways/'))
  const fragments = whole.flatMap(({ path, blocks }) =>
    blocks.filter(({ language }) => language === 'yaml').map(({ code }) => ({ path, code })),
  )
  const fields = z.record(z.string(), z.unknown())
  const entries = z.record(z.string(), z.looseObject({ type: z.string() }))

  it('are there', () => {
    expect(fragments).to.have.length.above(10)
  })
  for (const [number, { path, code }] of fragments.entries()) {
    it(`load: block ${number + 1}, of ${path}`, () => {
      const parts = fields.parse(parse(code))
      // A method names who carries it, and a piece of a page may show only one of them.
      const carriers = entries.parse(parts.delivery ?? usual.delivery)
      const via = Object.keys(carriers).find((name) => carriers[name]?.type !== 'smtp')
      const gateways = fields.parse(parts.gateways ?? {})
      const calls = JSON.stringify(gateways).includes('call')
      const methods = {
        ...(via === undefined ? {} : { sms: { via } }),
        ...(calls ? { call: { via: 'twilio' } } : {}),
      }
      const twilio = {
        type: 'twilio',
        account_sid: `AC${'0'.repeat(32)}`,
        auth_token: 'credential:t',
        from: '+31850000000',
      }
      const delivery = { ...usual.delivery, ...(calls ? { twilio } : {}) }
      const whole = { ...usual, delivery, methods, ...parts }
      expect(load('/etc/holdfast/holdfast.yaml', stringify(whole))).to.have.property('gateways')
    })
  }

  for (const name of ['holdfast.yaml', 'demo.yaml']) {
    it(`load: config/${name}`, () => {
      const file = join(root, 'config', name)
      expect(load(file, readFileSync(file, 'utf8'))).to.have.property('gateways')
    })
  }
})

describe('names in the pages', () => {
  const schema = readFileSync(join(root, 'config/holdfast.schema.json'), 'utf8')
  /** The page on privacy says what each table is for. */
  const tables = readFileSync(join(root, 'src/store/schema.ts'), 'utf8')
  /** Settings of others, a folder, and a column of files to import. */
  const foreign = [
    'pam_radius',
    'retransmit_tries',
    'pg_dump',
    'pg_restore',
    'synchronous_standby_names',
    'retransmit_timeout',
    'half_open_timeout',
    'block_threshold',
    'aaa_id',
    'home_server',
    'response_window',
    'zombie_period',
    'status_check',
    'filter_username',
    'use_pae_group_addr',
    'require_message_authenticator',
    'node_modules',
    'seed_hex',
    'rlm_totp',
    'rlm_sql',
    'winbindd_priv',
    'eapol_test',
  ]

  it('of settings exist in the schema', () => {
    const unknown = pages.flatMap(({ path, inlineCode }) =>
      inlineCode
        .flatMap((code) => /^([a-z]+(?:_[a-z]+)+)(?::.*)?$/.exec(code)?.slice(1) ?? [])
        .filter((name) => !schema.includes(`"${name}"`) && !foreign.includes(name))
        .filter((name) => path !== 'docs/reference/privacy.md' || !tables.includes(`  ${name}: `))
        .map((name) => `${path}: ${name}`),
    )
    expect(unknown).to.deep.equal([])
  })

  it('of all errors in the log are on the page on monitoring', () => {
    const page = pages.find(({ path }) => path === 'docs/how-to/monitoring.md')
    const errors = Object.entries(logEntries).filter(([, { level }]) => level === 'error')
    const missing = errors
      .map(([name]) => name)
      .filter((name) => !page?.text.includes(`\`${name}\``))
    expect(errors).to.have.length.above(5)
    expect(missing).to.deep.equal([])
  })

  it('of reasons exist: whatever is in the column "reason"', () => {
    const rows = pages.flatMap(({ path, text }) =>
      [...text.matchAll(/^\| (`[a-z`, -]+`) \|/gm)].map(([, cell = '']) => ({ path, cell })),
    )
    const named = rows.flatMap(({ path, cell }) =>
      [...cell.matchAll(/`([a-z]+(?:-[a-z]+)+)`/g)].map(([, name = '']) => ({ path, name })),
    )
    const flows = ['code-only', 'no-answer']
    // The page on monitoring has tables of events of the log as well.
    const known = { ...rejectReasons, ...dropReasons, ...hints, ...logEntries }
    const unknown = named.filter(({ name }) => !(name in known) && !flows.includes(name))
    expect(named).to.have.length.above(10)
    expect(unknown).to.deep.equal([])
  })
})
