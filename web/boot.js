// @ts-nocheck: written for browsers that know neither modules nor types
// What of the page runs in any browser, however old, and before everything else: the theme of the link, the reason when nothing
// else can say it, and messages of a page around that come too early. A file of its own, since policies forbid inline scripts.
(function () {
  var root = document.documentElement;
  root.setAttribute('data-script', '');
  var theme = /[?&]theme=(light|dark|projector)(&|$)/.exec(location.search);
  if (theme) root.setAttribute('data-theme', theme[1]);

  // Read by web/bridge.js.
  var inbox = (window.chickadeeInbox = []);
  window.addEventListener('message', function keep(event) {
    if (root.getAttribute('data-state') !== 'loading') return window.removeEventListener('message', keep);
    if (event.source === window.parent && inbox.length < 100) inbox.push(event);
  });

  var first = true;
  /** Shows a sentence, and below it what can be done: another browser, or (with `reload`) the page once more. */
  window.chickadeeFail = function (message, reload) {
    if (!first) return; // the first reason is the reason
    first = false;
    function show() {
      root.setAttribute('data-state', 'failed');
      document.getElementById('failure-text').textContent = message;
      document.getElementById('failure-plain').setAttribute('href', '?renderer=webgl&backend=cpu' + location.hash);
      document.getElementById('failure-browsers').hidden = Boolean(reload);
      document.getElementById('failure-reload').hidden = !reload;
      document.getElementById('failure').hidden = false;
    }
    if (document.getElementById('failure-reload')) show();
    else document.addEventListener('DOMContentLoaded', show);
  };
  var file = location.protocol === 'file:';
  if (file) {
    window.chickadeeFail(
      'This page was opened from a file, and browsers load the simulator from a web server only. In the folder of this file run ' +
        '“python3 -m http.server 8080”, then open http://localhost:8080/ (or use “cargo xtask serve”).',
      true
    );
  }
  window.addEventListener(
    'error',
    function (event) {
      var node = event.target;
      if (node && node.tagName === 'SCRIPT') {
        window.chickadeeFail('A part of this page could not be loaded' + (node.src ? ': ' + node.src : '') + '.', true);
      } else if (event.message && root.getAttribute('data-state') === 'loading') {
        window.chickadeeFail('This page could not start: ' + event.message);
      }
    },
    true
  );
  window.addEventListener('unhandledrejection', function (event) {
    if (root.getAttribute('data-state') !== 'loading') return;
    window.chickadeeFail('This page could not start: ' + ((event.reason && event.reason.message) || event.reason));
  });
  if (!('noModule' in document.createElement('script'))) {
    window.chickadeeFail('This browser is too old for this page: it does not know JavaScript modules.');
  }
})();
