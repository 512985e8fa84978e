import { expect } from 'chai'
import { foreignOrigins, type Manifest, weighFirstPaint } from '../../../scripts/pages-weight.ts'

describe("weight of people's pages", () => {
  const manifest: Manifest = {
    'index.html': {
      file: 'main.js',
      isEntry: true,
      css: ['main.css'],
      dynamicImports: [
        'pages/a/index.ts',
        'pages/b/index.ts',
        'texts/en.ts',
        'texts/fr.ts',
        'qr.ts',
      ],
    },
    'pages/a/index.ts': { file: 'a.js', imports: ['index.html', '_shared.js'] },
    'pages/b/index.ts': { file: 'b.js', imports: ['index.html'] },
    '_shared.js': { file: 'shared.js' },
    'texts/en.ts': { file: 'en.js' },
    'texts/fr.ts': { file: 'fr.js' },
    'qr.ts': { file: 'qr.js' },
  }

  it('counts the document, the entry with its styles, the heaviest page with what it shares, and the longest texts', () => {
    const read: string[] = []
    const { bytes, page, language } = weighFirstPaint(manifest, (file) => {
      read.push(file)
      // Random enough that gzip keeps the order of sizes.
      const length =
        { 'b.js': 10, 'a.js': 40, 'shared.js': 40, 'en.js': 20, 'fr.js': 60 }[file] ?? 30
      return Uint8Array.from({ length }, (_, index) => (index * 97) % 251)
    })
    expect(page).to.equal('pages/a/index.ts')
    expect(language).to.equal('texts/fr.ts')
    expect(read).to.include.members(['index.html', 'main.js', 'main.css', 'shared.js'])
    expect(read).not.to.include('qr.js')
    expect(bytes).to.be.greaterThan(200)
  })

  it('finds addresses of other hosts, and lets links to the stores of phones pass', () => {
    expect(
      foreignOrigins(
        'a="https://fonts.example.com/x" b=url(//cdn.example.net/y) c="http://10.0.0.1"',
      ),
    ).to.deep.equal(['https://fonts.example.com', '//cdn.example.net'])
    expect(
      foreignOrigins('"https://apps.apple.com/app/id1" "http://www.w3.org/2000/svg" "a//b"'),
    ).to.deep.equal([])
  })
})
