// The search. Without this script the pages work as they are, and the field is not shown.
const script = document.currentScript
const root = script.dataset.root
const form = document.querySelector('form[role="search"]')
const input = form.querySelector('input')
const results = document.querySelector('.results')
const list = results.querySelector('ol')
const status = results.querySelector('[role="status"]')
const most = 20

form.hidden = false

let index
/** Loads the index when it is first needed: most readers do not search. */
function load() {
  index ??= Promise.all(['minisearch.js', 'search-index.js'].map(addScript)).then(() =>
    window.MiniSearch.loadJS(window.holdfastIndex, {
      fields: ['title', 'heading', 'text'],
      storeFields: ['title', 'heading', 'url'],
      searchOptions: {
        boost: { title: 3, heading: 2 },
        prefix: true,
        fuzzy: 0.15,
        combineWith: 'AND',
      },
    }),
  )
  return index
}

function addScript(name) {
  return new Promise((resolve, reject) => {
    const element = document.createElement('script')
    element.src = `${root}/assets/${name}`
    element.onload = resolve
    element.onerror = () => reject(new Error(`${name} did not load`))
    document.head.append(element)
  })
}

async function search() {
  const words = input.value.trim()
  results.hidden = words === ''
  if (words === '') return
  try {
    const found = (await load()).search(words)
    // Someone has typed on meanwhile.
    if (words !== input.value.trim()) return
    status.textContent =
      found.length === 0
        ? `Nothing found for “${words}”. Try fewer or other words.`
        : `${found.length} found`
    list.replaceChildren(...found.slice(0, most).map(entry))
  } catch (error) {
    status.textContent = `The search does not work: ${error.message}. Reload the page to try again.`
  }
}

function entry({ title, heading, url }) {
  const item = document.createElement('li')
  const link = document.createElement('a')
  link.href = `${root}/${url}`
  link.textContent = heading === '' ? title : heading
  // The page itself may be the one that is shown.
  link.addEventListener('click', close)
  item.append(link)
  if (heading !== '') {
    const page = document.createElement('span')
    page.textContent = title
    item.append(page)
  }
  return item
}

function close() {
  input.value = ''
  results.hidden = true
}

input.addEventListener('focus', () => load().catch(() => undefined))
input.addEventListener('input', search)
form.addEventListener('submit', (event) => {
  event.preventDefault()
  list.querySelector('a')?.click()
})
document.addEventListener('keydown', (event) => {
  if (event.key === 'Escape' && !results.hidden) {
    close()
    input.focus()
  } else if (event.key === '/' && document.activeElement !== input) {
    event.preventDefault()
    input.focus()
  } else if (!results.hidden && (event.key === 'ArrowDown' || event.key === 'ArrowUp')) {
    const links = [input, ...list.querySelectorAll('a')]
    const now = links.indexOf(document.activeElement)
    const next = links[now + (event.key === 'ArrowDown' ? 1 : -1)]
    if (now >= 0 && next !== undefined) {
      event.preventDefault()
      next.focus()
    }
  }
})
