-- Tell as JSON lines what Lmod's spider cache files hold; needs plain Lua 5.1 or newer only.
--
--   lua lmod_cache.lua rc FILE…     where the site's caches are: ["cache", dir, timestamp]
--   lua lmod_cache.lua dump FILE…   what the caches know, for each FILE:
--     ["hidden", name], ["alias", name, meant], ["opens", folder, full name, from],
--     ["folder", modulepath],
--     ["file", modulepath, short name, full name, path, weight, description, category,
--              url, family, help, [whatis…], [extensions…]]
--
-- A file that cannot be read, or is of a form that is not known, ends it with a message.

local escapes = { ['"'] = '\\"', ["\\"] = "\\\\", ["\n"] = "\\n", ["\r"] = "\\r", ["\t"] = "\\t" }

local function escape(c)
  return escapes[c] or string.format("\\u%04x", c:byte())
end

local function json(value)
  if type(value) == "table" then
    local parts = {}
    for i = 1, #value do
      parts[i] = json(value[i])
    end
    return "[" .. table.concat(parts, ",") .. "]"
  end
  if type(value) ~= "string" then
    return '""' -- Lmod writes false where a modulefile says nothing
  end
  return '"' .. value:gsub('[%z\1-\31"\\\127]', escape) .. '"'
end

local function tell(...)
  io.stdout:write(json({ ... }), "\n")
end

-- A cache is data, and a compiled one is what Lmod itself loads: it gets nothing to call.
-- The site's rc file is a program that Lmod runs each time.
local function run(path, env)
  if setfenv then
    setfenv(assert(loadfile(path)), env)()
  else
    assert(loadfile(path, "bt", env))()
  end
  return env
end

local function is_table(value, what)
  if type(value) ~= "table" then
    error(what .. " is missing")
  end
  return value
end

local function names(t, at, visit)
  for name, value in pairs(type(t) == "table" and t[at] or {}) do
    if type(name) == "string" and value then
      visit(name, value)
    end
  end
end

local function tell_names(t)
  names(t, "hiddenT", function(name) tell("hidden", name) end)
  for _, at in ipairs({ "version2modT", "alias2modT" }) do
    names(t, at, function(name, meant)
      if type(meant) == "string" then
        tell("alias", name, meant)
      end
    end)
  end
end

local function tell_file(modulepath, short_name, full_name, path, facts)
  tell(
    "file", modulepath, short_name, full_name, path, facts.wV or false,
    facts.Description or false, facts.Category or false, facts.URL or false,
    facts.family or false, facts.help or false, facts.whatis or {}, facts.provides or {}
  )
end

local function tell_files(modulepath, short_name, node)
  if node.file then
    tell_file(modulepath, short_name, short_name, node.file, node.metaModuleT or {})
  end
  for full_name, facts in pairs(is_table(node.fileT, "fileT")) do
    if not facts.dot_version then
      tell_file(modulepath, short_name, full_name, facts.fn, facts)
    end
  end
  for _, inner in pairs(node.dirT or {}) do
    tell_files(modulepath, short_name, inner)
  end
end

local function dump(path)
  local cache = run(path, {})
  local tree = is_table(cache.spiderT, "spiderT")
  if next(tree) and (type(tree.version) ~= "number" or tree.version < 5) then
    error("version " .. tostring(tree.version) .. " is not known")
  end
  tell_names(is_table(cache.mrcT, "mrcT"))
  for _, t in pairs(is_table(cache.mrcMpathT, "mrcMpathT")) do
    tell_names(t)
  end
  for folder, openers in pairs(is_table(cache.mpathMapT, "mpathMapT")) do
    for full_name, from in pairs(openers) do
      tell("opens", folder, full_name, from)
    end
  end
  for modulepath, packages in pairs(tree) do
    if type(packages) == "table" then
      tell("folder", modulepath)
      for short_name, node in pairs(packages) do
        tell_files(modulepath, short_name, node)
      end
    end
  end
end

-- What an rc file asks of Lmod itself (translations, say) is answered with nothing: only
-- the places of the caches are wanted.
local nothing = setmetatable({}, {
  __index = function(self) return self end,
  __call = function(self) return self end,
  __concat = function() return "" end,
})

local function rc(path)
  local env = setmetatable({
    require = function(name)
      local found, module = pcall(require, name)
      return found and module or nothing
    end,
  }, {
    __index = function(_, name)
      if name ~= "scDescriptT" then
        return _G[name] or nothing
      end
    end,
  })
  run(path, env)
  for _, entry in ipairs(env.scDescriptT or {}) do
    tell("cache", entry.dir or false, entry.timestamp or false)
  end
end

io.stdout:setvbuf("full", 65536)
for i = 2, #arg do
  (arg[1] == "rc" and rc or dump)(arg[i])
end
