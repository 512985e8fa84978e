import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { shellBlocks } from '../docs/steps.ts'
import { type BareMachine, createBareMachine } from './bare-machine.ts'
import { needProgram, needRoot } from './need.ts'

const [install = ''] = shellBlocks('docs/how-to/install.md', 'From the source')
const init = 'holdfast init\n'
const start = 'holdfast check\nsystemctl enable --now holdfast\n'
const [prepare = '', swap = ''] = shellBlocks('docs/how-to/upgrade.md', 'The source')
const [back = ''] = shellBlocks(
  'docs/how-to/upgrade.md',
  'Back to the source of the version before',
)
const [lastBackup = ''] = shellBlocks('docs/how-to/uninstall.md', 'Uninstall')
const [removeProgram = '', removeAll = ''] = shellBlocks(
  'docs/how-to/uninstall.md',
  'The archive or the source',
)

/** Nothing listens there, so `check` has something to complain of, and `init` keeps it. */
const answers = [
  ...['ldaps://127.0.0.1:1', 'keep', 'holdfast@corp.example', 'secret', 'DC=corp,DC=example'],
  ...['NL', '192.0.2.10', '', '', '', '', 'yes'],
]

describe('the steps of the pages for the source, pasted by root on a bare machine', function () {
  this.timeout(600_000)
  let machine: BareMachine

  before(function () {
    needRoot(this)
    for (const program of ['git', 'unshare', 'systemd-analyze']) needProgram(program, this)
    machine = createBareMachine()
    writeFileSync(join(machine.folder, 'answers'), `${answers.join('\n')}\n`)
  })
  after(() => machine?.remove())

  it('install from the clone of another user, upgrade, go back, and uninstall', () => {
    const tolerant = (block: string) => block.replace(/^((bin\/)?holdfast check)$/gm, '$1 || true')
    const { status, output } = machine.run(`
      umask 077
      ${install}
      echo "@ installed: $(holdfast version | head -1)"
      { ${init} } < ${machine.folder}/answers
      ${tolerant(start)}
      echo "@ modes: $(stat -c '%a %U' /opt/holdfast /opt/holdfast/src /etc/holdfast /etc/holdfast/holdfast.yaml /etc/holdfast/credentials/sealing-key /var/lib/holdfast/holdfast.db | tr '\\n' ',')"
      echo "@ verify: $(systemd-analyze verify --man=no /etc/systemd/system/holdfast.service 2>&1 | grep holdfast)"
      ${machine.asOwner('echo new > new-file && git add new-file && git commit --quiet --message=second')}
      ${tolerant(prepare)}
      test ! -e /opt/holdfast/new-file
      ${swap}
      echo "@ upgraded: $(cat /opt/holdfast/new-file) $(ls /var/backups | wc -l)"
      ${back}
      echo "@ back: $(ls /opt/holdfast/new-file 2>&1 | grep -c 'No such file')"
      ${lastBackup}
      ${removeProgram}
      echo "@ left: $(ls /opt /usr/local/bin /etc/systemd/system | grep -c holdfast) $(ls /etc/holdfast | tr '\\n' ' ')"
      ${removeAll}
      echo "@ gone: $(find /etc /var /opt /usr/local/bin -name '*holdfast*' ! -path '/var/backups/*' | tr '\\n' ' ')"
    `)
    const said = Object.fromEntries(
      [...output.matchAll(/^@ (\w+): (.*)$/gm)].map(([, name, value]) => [name, value]),
    )
    expect(status, output).to.equal(0)
    expect(said).to.deep.equal({
      installed: said.installed,
      modes: '755 root,755 root,755 root,644 root,600 root,600 root,',
      verify: '',
      upgraded: 'new 1',
      back: '1',
      left: '0 credentials holdfast.yaml ',
      gone: '',
    })
    expect(said.installed).to.match(/\d+\.\d+\.\d+/)
    const calls = readFileSync(join(machine.folder, 'calls'), 'utf8')
    expect(calls).to.include('apt install --no-install-recommends ca-certificates git npm\n')
    expect(calls).to.include('npm ci --loglevel=error\nnpm run --silent pages\n')
    expect(calls).to.include('npm prune --omit=dev --loglevel=error\n')
    expect(calls).to.match(/systemctl daemon-reload\nsystemctl enable --now holdfast\n/)
    expect(calls).to.match(/systemctl disable --now holdfast\nsystemctl daemon-reload\n$/)
  })
})
