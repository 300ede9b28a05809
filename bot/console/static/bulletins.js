// What is nicer with JavaScript on the pages about bulletins and works without: the preview follows what is typed, and
// the progress of a bulletin is told as it goes.
(function () {
  "use strict";

  // The preview beside the form; one question at a time, and the picture stays here: only that there is one is told.
  document.querySelectorAll("[data-look]").forEach(function (beside) {
    var form = document.querySelector(".writing-form form");
    var waits = null, asks = false, again = false, picture = "";
    if (!window.fetch || !form) return;

    function fields() {
      var sent = new FormData(form), file = form.elements.image && form.elements.image.files[0];
      sent.delete("image");
      if (file) sent.append("image_chosen", "1");
      return sent;
    }

    function show(html) {
      beside.innerHTML = html;
      beside.querySelectorAll("[data-picture]").forEach(function (place) {
        if (!picture) return;
        var image = document.createElement("img");
        image.src = picture;
        image.alt = place.textContent;
        place.replaceWith(image);
      });
    }

    function ask() {
      if (asks) { again = true; return; }
      asks = true;
      fetch(beside.getAttribute("data-look"), { method: "POST", body: fields(), credentials: "same-origin", redirect: "error" })
        .then(function (answer) { return answer.ok ? answer.json() : Promise.reject(); })
        .then(function (found) { show(found.html); }, function () {})
        .then(function () {
          asks = false;
          if (again) { again = false; ask(); }
        });
    }

    function soon() {
      clearTimeout(waits);
      waits = setTimeout(ask, 500);
    }

    form.addEventListener("input", soon);
    form.addEventListener("change", function (event) {
      if (event.target.name !== "image") return;
      var file = event.target.files[0];
      picture = "";
      if (!file || !/^image\/(jpeg|png)$/.test(file.type)) { soon(); return; }
      var reader = new FileReader();
      reader.onload = function () { picture = reader.result; soon(); };
      reader.readAsDataURL(file);
    });
  });

  // The name of the picture that was chosen, in our words where there is none.
  document.querySelectorAll("[data-pick]").forEach(function (place) {
    var box = place.querySelector("input"), name = place.querySelector(".picked");
    function tell() { name.textContent = box.files.length ? box.files[0].name : place.getAttribute("data-pick"); }
    place.classList.add("scripted");
    name.hidden = false;
    box.addEventListener("change", tell);
    window.addEventListener("pageshow", tell);
    tell();
  });

  // Progress: events where the browser knows them, else a question every few seconds.
  document.querySelectorAll("[data-progress]").forEach(function (box) {
    var address = box.getAttribute("data-progress"), tenth = -1, missed = 0;
    if (box.hasAttribute("data-over")) return;
    var live = part("live").textContent;

    function part(name) { return document.querySelector("[data-part=" + name + "]"); }

    function list(place, items, make) {
      place.textContent = "";
      items.forEach(function (item) { place.appendChild(make(item)); });
    }

    function element(name, text, kind) {
      var made = document.createElement(name);
      made.textContent = text;
      if (kind) made.className = kind;
      return made;
    }

    function show(told) {
      missed = 0;
      part("live").textContent = live;
      box.querySelector("progress").value = told.percent;
      box.querySelector("progress").hidden = !told.done;
      part("done").textContent = told.done;
      part("left").textContent = told.left;
      list(part("notes"), told.notes, function (note) { return element("li", note, "aside"); });
      list(part("states"), told.states, function (state) {
        var row = element("div", "", state[0]);
        row.appendChild(element("dt", state[1]));
        row.appendChild(element("dd", state[2]));
        return row;
      });
      // Said aloud ten times at most, not with every person.
      if (Math.floor(told.percent / 10) !== tenth || told.over) {
        tenth = Math.floor(told.percent / 10);
        part("aloud").textContent = [told.done, told.left].filter(Boolean).join(". ");
      }
      if (told.over) part("live").hidden = true;
      if (part("stop")) part("stop").hidden = !told.stoppable;
      return told.over;
    }

    function poll() {
      fetch(address + "?dang=json", { credentials: "same-origin", redirect: "error" })
        .then(function (answer) { return answer.ok ? answer.json() : Promise.reject(); })
        .then(function (told) { if (!show(told)) setTimeout(poll, 5000); }, lost);
    }

    function lost() {
      part("live").textContent = box.getAttribute("data-offline");
      setTimeout(poll, 5000);
    }

    if (!window.EventSource) { poll(); return; }
    var source = new EventSource(address);
    source.onmessage = function (event) {
      if (show(JSON.parse(event.data))) source.close();
    };
    // A stream ends every minute and is opened anew: only a second failure in a row means that nobody answers.
    source.onerror = function () {
      missed += 1;
      if (source.readyState === EventSource.CLOSED) poll();
      else if (missed > 1) part("live").textContent = box.getAttribute("data-offline");
    };
  });
})();
