// What is nicer with JavaScript and works without: a form is sent once however often its button is pressed, mistakes
// are brought into view, a link can be copied with one press, and long forms are checked while they are typed.
(function () {
  "use strict";

  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (form.method !== "post") return;
    if (form.hasAttribute("data-sent")) {
      event.preventDefault();
      return;
    }
    form.setAttribute("data-sent", "");
    form.querySelectorAll("button[type=submit]").forEach(function (button) {
      button.setAttribute("aria-disabled", "true");
    });
  });

  // A page that comes back from the browser's memory may be sent again.
  window.addEventListener("pageshow", function () {
    document.querySelectorAll("form[data-sent]").forEach(function (form) {
      form.removeAttribute("data-sent");
      form.querySelectorAll("[aria-disabled]").forEach(function (button) {
        button.removeAttribute("aria-disabled");
      });
    });
  });

  var faults = document.querySelector(".faults");
  if (faults) faults.focus();

  document.querySelectorAll("[data-copies]").forEach(function (button) {
    if (!navigator.clipboard) return;
    button.hidden = false;
    button.addEventListener("click", function () {
      var text = document.getElementById(button.getAttribute("data-copies")).textContent;
      navigator.clipboard.writeText(text).then(function () {
        button.textContent = button.getAttribute("data-copied");
      });
    });
  });

  // How many characters are left in a box.
  document.querySelectorAll("[data-counts]").forEach(function (line) {
    var box = document.getElementById(line.getAttribute("data-counts"));
    var most = Number(line.getAttribute("data-most"));
    function count() {
      var left = most - Array.from(box.value.trim().replace(/\s+/g, " ")).length;
      var words = line.getAttribute(left < 0 ? "data-over" : "data-left");
      line.textContent = words.replace("{number}", Math.abs(left));
      line.classList.toggle("bad", left < 0);
    }
    line.hidden = false;
    box.addEventListener("input", count);
    count();
  });

  // A form that its server checks when somebody stops typing; one question at a time.
  document.querySelectorAll("[data-check]").forEach(function (line) {
    var form = line.closest("form");
    var waits = null, asks = false, again = false;
    if (!window.fetch || !form) return;

    function say(name, number) {
      line.hidden = false;
      line.classList.toggle("bad", Boolean(number));
      line.textContent = line.getAttribute("data-" + name).replace("{number}", number);
    }

    function show(faults) {
      form.querySelectorAll(".fault").forEach(function (old) { old.remove(); });
      form.querySelectorAll(".has-fault").forEach(function (field) { field.classList.remove("has-fault"); });
      form.querySelectorAll("[aria-invalid]").forEach(function (box) { box.removeAttribute("aria-invalid"); });
      faults.forEach(function (fault) {
        var box = fault.field && document.getElementById(fault.field);
        var text = document.createElement("p");
        text.className = "fault";
        text.textContent = fault.text;
        if (!box) { line.insertAdjacentElement("afterend", text); return; }
        text.id = fault.field + "-fault";
        box.setAttribute("aria-invalid", "true");
        box.setAttribute("aria-describedby", fault.field + "-hint " + text.id);
        box.closest(".field").classList.add("has-fault");
        box.insertAdjacentElement("beforebegin", text);
      });
      if (faults.length) say("faulty", faults.length);
      else say("fine", "");
    }

    // What the server proposes for a box goes into it until somebody types there themselves.
    function propose(proposed) {
      Object.keys(proposed || {}).forEach(function (name) {
        var box = document.getElementById(name);
        if (!box || box === document.activeElement) return;
        if (box.value && box.value !== box.getAttribute("data-proposed")) return;
        box.value = proposed[name];
        box.setAttribute("data-proposed", proposed[name]);
      });
    }

    function ask() {
      if (asks) { again = true; return; }
      asks = true;
      say("checking", "");
      fetch(line.getAttribute("data-check"), { method: "POST", body: new FormData(form), credentials: "same-origin", redirect: "error" })
        .then(function (answer) { return answer.ok ? answer.json() : Promise.reject(); })
        .then(function (found) { propose(found.proposed); show(found.faults); }, function () { line.hidden = true; })
        .then(function () {
          asks = false;
          if (again) { again = false; ask(); }
        });
    }

    form.addEventListener("input", function (event) {
      if (event.target.name === "xa" || event.target.name === "hoi") return;
      clearTimeout(waits);
      waits = setTimeout(ask, 900);
    });
  });
})();
