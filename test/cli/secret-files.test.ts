import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { CliError } from '../../src/cli/errors.ts'
import { readKeyLine, readSecretLine } from '../../src/cli/files.ts'
import { createFakeIo } from './fake-io.ts'

describe('files with secrets that commands read', () => {
  let file: string
  const fake = () => createFakeIo()

  beforeEach(() => {
    file = join(mkdtempSync(join(tmpdir(), 'holdfast-secret-')), 'secret')
  })

  afterEach(() => rmSync(join(file, '..'), { recursive: true }))

  it('are used without a byte order mark, and lines after the first, which is said', () => {
    writeFileSync(file, '\ufeffhunter2 \r\nnotes\n')
    const { io, stderr } = fake()
    expect(readSecretLine(file, io)).to.equal('hunter2 ')
    const lines = stderr().trimEnd().split('\n')
    expect(lines).to.have.length(3)
    expect(lines[0]).to.include(`${file} begins with a byte order mark (BOM)`)
    expect(lines[1]).to.include('more than one line')
    expect(lines[2]).to.include('ends with a blank')
    expect(stderr()).to.not.include('hunter2')
  })

  it('in UTF-16 are refused by name', () => {
    writeFileSync(file, Buffer.from('\ufeffhunter2\r\n', 'utf16le'))
    expect(() => readSecretLine(file, fake().io))
      .to.throw(CliError, `${file} is saved as UTF-16 (little-endian)`)
      .with.property('code', 'file-unreadable')
  })

  it('that are missing, or folders, are named in words', () => {
    expect(() => readSecretLine(file, fake().io)).to.throw(
      CliError,
      `${file} cannot be read: there is no such file (ENOENT).`,
    )
    expect(() => readKeyLine(join(file, '..'))).to.throw('cannot be read: it is a folder (EISDIR).')
  })

  it('may have blanks around a key, without a word', () => {
    writeFileSync(file, '\ufeff 00112233 \n')
    expect(readKeyLine(file)).to.equal('00112233')
  })
})
