// @ts-nocheck: what it runs in is not a page
// The service worker of Chickadee's own page: what the page is made of, kept for when there is no network. The page builder writes the
// list of files and the name of the build before this. With a network, everything comes from there: a page is never older than its server.
/* global BUILD, FILES */
const CACHE = `chickadee-${BUILD}`;

self.addEventListener('install', (event) => {
  // All or nothing, and past the browser's own memory: files of two builds do not fit together.
  const keep = async () => {
    const cache = await caches.open(CACHE);
    await cache.addAll(FILES.map((file) => new Request(file, { cache: 'reload' })));
    await self.skipWaiting();
  };
  event.waitUntil(keep());
});

self.addEventListener('activate', (event) => {
  const tidy = async () => {
    const old = (await caches.keys()).filter((name) => name.startsWith('chickadee-') && name !== CACHE);
    await Promise.all(old.map((name) => caches.delete(name)));
    await self.clients.claim();
  };
  event.waitUntil(tidy());
});

self.addEventListener('fetch', (event) => {
  const { request } = event;
  if (request.method !== 'GET' || new URL(request.url).origin !== location.origin) return;
  const answer = async () => {
    try {
      const response = await fetch(request);
      // Weights that not every visit needs are kept once one did.
      if (response.status === 200 && request.url.endsWith('.safetensors')) {
        const copy = response.clone();
        event.waitUntil(caches.open(CACHE).then((cache) => cache.put(request, copy)).catch(() => {})); // no room: the network has them
      }
      return response;
    } catch (error) {
      const cache = await caches.open(CACHE);
      const found = await cache.match(request, { ignoreSearch: true });
      if (found) return found;
      throw error;
    }
  };
  event.respondWith(answer());
});
