import { expect } from 'chai'
import { exitCodes } from '../../src/cli/exit-codes.ts'
import { describePreset, presetNames, presets, sources } from '../../src/config/presets/index.ts'
import { run } from './fake-io.ts'

describe('holdfast preset', () => {
  it('lists every preset in 80 columns, without a service or a configuration', async () => {
    const { code, stdout, stderr } = await run(['preset', 'list'])
    expect([code, stderr]).to.deep.equal([exitCodes.ok, ''])
    const lines = stdout.trimEnd().split('\n')
    expect(lines).to.have.length(presetNames.length + 1)
    expect(lines).to.include('fortigate              5s       yes         FortiGate')
    expect(lines).to.include('juniper                3s       unknown     Juniper Junos')
    for (const line of lines) expect(line.length).to.be.at.most(80)
  })

  for (const name of presetNames) {
    it(`shows all that is known of ${name}, and by whom`, async () => {
      const { code, stdout } = await run(['preset', 'show', name])
      expect(code).to.equal(exitCodes.ok)
      for (const { title, lines } of describePreset(presets[name])) {
        expect(stdout).to.include(`\n${title}\n`)
        for (const { text, about = '', from } of lines) {
          expect(stdout).to.include(`${about && `${about}: `}${text}${from ? ` [${from}]` : ''}\n`)
          if (from !== undefined) expect(stdout).to.match(new RegExp(`^${from} +`, 'm'))
        }
      }
    })
  }

  it('prints JSON', async () => {
    const list = JSON.parse((await run(['preset', 'list', '--json'])).stdout)
    expect(list.map(({ name }: { name: string }) => name)).to.deep.equal(presetNames)
    const shown = JSON.parse((await run(['preset', 'show', 'meraki', '--json'])).stdout)
    expect(shown).to.deep.include({ name: 'meraki', ...presets.meraki })
    expect(shown.sources).to.include({ doubleclue: sources.doubleclue, duo: sources.duo })
  })

  it('refuses an unknown name', async () => {
    for (const name of ['fortigat', 'constructor', '']) {
      const { code, stdout, stderr } = await run(['preset', 'show', name])
      expect([code, stdout]).to.deep.equal([exitCodes.usage, ''])
      expect(stderr).to.include('fortigate')
    }
  })
})
