# SPDX-License-Identifier: GPL-2.0-or-later
# Loa: `make demo` and `make test` need nothing but a Debian 12; both install what is missing.
#   make            the four programs in build/         make lint     format, tidy, cppcheck
#   make demo       the main job, on simulated modems   make bench    the figures of the README
#   make test       every test, under ASan and UBSan    make install  PREFIX=/usr/local DESTDIR=
#   make torture    kills, power cuts, sick modems and full disks, until it is stopped
#   make fuzz       the fuzzers for FUZZ_SECONDS each; FUZZ="wire pdu" picks some

VERSION  := 0.1.0
BUILD    ?= build
PREFIX   ?= /usr/local
SYSCONFDIR ?= /etc
SANITIZE ?=
JOBS     ?= $(shell nproc)
CC       := gcc

PACKAGES := gcc make pkg-config libgammu-dev libsqlite3-dev libcurl4-openssl-dev libconfig-dev \
            libglib2.0-dev libglib2.0-dev-bin libmicrohttpd-dev libjansson-dev libsodium-dev libseccomp-dev \
            libical-dev libxlsxwriter-dev libzip-dev libexpat1-dev \
            tzdata jq curl sqlite3 openssl bats perl python3 gammu smstools socat procps \
            clang libclang-rt-14-dev
LINT_PACKAGES := clang-format clang-tidy cppcheck

flags = $(shell pkg-config $(1) $(2) 2>/dev/null)
GLIB_CFLAGS := $(call flags,--cflags,glib-2.0 gio-2.0 gio-unix-2.0)
GLIB_LIBS   := $(call flags,--libs,glib-2.0 gio-2.0 gio-unix-2.0)
GAMMU_CFLAGS := $(call flags,--cflags,gammu)
GAMMU_LIBS  := $(call flags,--libs,gammu)
HTTP_LIBS   := $(call flags,--libs,libmicrohttpd)
CURL_LIBS   := $(call flags,--libs,libcurl)
JSON_LIBS   := $(call flags,--libs,jansson)
SQL_LIBS    := $(call flags,--libs,sqlite3)
CONF_LIBS   := $(call flags,--libs,libconfig)
SODIUM_LIBS := $(call flags,--libs,libsodium)
SECCOMP_LIBS := $(call flags,--libs,libseccomp)
ICAL_LIBS   := $(filter -L% -lical,$(call flags,--libs,libical))
SHEET_LIBS  := $(call flags,--libs,xlsxwriter libzip expat)

WARNINGS := -Wall -Wextra -Wshadow -Wconversion -Wswitch-enum -Wmissing-prototypes \
            -Wstrict-prototypes -Wvla -Wformat=2 -Wno-missing-field-initializers
ifneq ($(CI)$(WERROR),)
WARNINGS += -Werror
endif
ifeq ($(SANITIZE),fuzzer)
MODE     := -O1 -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer
WARNINGS := # gcc has warned
else ifneq ($(SANITIZE),)
MODE     := -O1 -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer
else
MODE     := -O2 -D_FORTIFY_SOURCE=2
endif
CFLAGS   += -std=gnu17 -g $(MODE) $(WARNINGS) -fPIE -fstack-protector-strong \
            -fstack-clash-protection -ffile-prefix-map=$(CURDIR)/=
CPPFLAGS += -D_GNU_SOURCE -DLOA_VERSION='"$(VERSION)"' -I. $(GLIB_CFLAGS) $(GAMMU_CFLAGS)
LDFLAGS  += -pie -Wl,-z,relro,-z,now $(filter -fsanitize%,$(MODE))

# One archive per room, without its main.c: a program takes from a room only what it calls.
objects   = $(patsubst %.c,$(BUILD)/obj/%.o,$(filter-out %/main.c,$(wildcard $(1))))
CONFIG    := $(BUILD)/config.a
CAMPAIGNS := $(BUILD)/campaigns.a
STORE     := $(BUILD)/store.a
MODEMS    := $(BUILD)/modems.a
SIMULATOR := $(BUILD)/simulator.a
GATEWAY   := $(BUILD)/gateway.a
API       := $(BUILD)/api.a
CLI       := $(BUILD)/cli.a
DATA      := $(BUILD)/obj/campaigns/data.o
# What several tests share.
STAGE     := $(BUILD)/stage.a

PROGRAMS := $(addprefix $(BUILD)/,loa-gateway loa-modem loa loa-simulator)
UNIT_TESTS := $(patsubst tests/%.c,$(BUILD)/tests/%,$(wildcard tests/test_*.c))
FUZZERS  := $(patsubst tests/%.c,$(BUILD)/%,$(wildcard tests/fuzz_*.c))
BENCHES  := $(patsubst tests/bench/%.c,$(BUILD)/bench/%,$(wildcard tests/bench/*.c))
SYSTEM_TESTS := $(wildcard tests/*.bats tests/system/*.bats)

.PHONY: all programs tests deps test run-tests fuzz fuzzers demo run-demo bench run-bench torture lint install clean
.DELETE_ON_ERROR:
.SECONDARY:

all: programs
programs: $(PROGRAMS)
tests: programs $(UNIT_TESTS)

$(CONFIG):    $(call objects,config/*.c)
$(CAMPAIGNS): $(call objects,campaigns/*.c)
$(STORE):     $(call objects,campaigns/store/*.c)
$(MODEMS):    $(call objects,modems/*.c)
$(SIMULATOR): $(call objects,modems/simulator/*.c)
$(GATEWAY):   $(call objects,gateway/*.c)
$(API):       $(call objects,gateway/api/*.c)
$(CLI):       $(call objects,gateway/cli/*.c)
$(STAGE):     $(patsubst %.c,$(BUILD)/obj/%.o,$(filter-out tests/test_% tests/fuzz_%,$(wildcard tests/*.c)))
$(BUILD)/%.a:
	@mkdir -p $(@D)
	@rm -f $@
	ar rcs $@ $^

# Rules call the store and the store calls rules: these two archives are searched as one group.
DOMAIN = -Wl,--start-group $(CAMPAIGNS) $(STORE) -Wl,--end-group
# libgammu is linked by loa-modem alone; libcurl (with OpenSSL) never meets it (see design.md 7).
$(BUILD)/loa-gateway: $(BUILD)/obj/gateway/main.o $(GATEWAY) $(API) $(CAMPAIGNS) $(STORE) $(MODEMS) $(CONFIG) $(DATA)
	$(CC) $(LDFLAGS) -o $@ $< $(GATEWAY) $(API) $(DOMAIN) $(MODEMS) $(CONFIG) $(DATA) $(GLIB_LIBS) $(HTTP_LIBS) $(CURL_LIBS) $(JSON_LIBS) $(SQL_LIBS) $(CONF_LIBS) $(SODIUM_LIBS) $(ICAL_LIBS) $(SHEET_LIBS) -lm
$(BUILD)/loa-modem: $(BUILD)/obj/modems/main.o $(MODEMS) $(CONFIG)
	$(CC) $(LDFLAGS) -o $@ $^ $(GAMMU_LIBS) $(SECCOMP_LIBS) $(CONF_LIBS) $(GLIB_LIBS) -lpthread
$(BUILD)/loa: $(BUILD)/obj/gateway/cli/main.o $(CLI) $(CAMPAIGNS) $(CONFIG) $(DATA)
	$(CC) $(LDFLAGS) -o $@ $^ $(GLIB_LIBS) $(CURL_LIBS) $(JSON_LIBS) $(CONF_LIBS) $(SODIUM_LIBS) $(SHEET_LIBS) -lm
$(BUILD)/loa-simulator: $(BUILD)/obj/modems/simulator/main.o $(SIMULATOR) $(CONFIG)
	$(CC) $(LDFLAGS) -o $@ $^ $(CONF_LIBS) $(GLIB_LIBS) -lm

$(BUILD)/tests/% $(BUILD)/bench/%: LIBS = $(GLIB_LIBS) $(HTTP_LIBS) $(GAMMU_LIBS) $(SECCOMP_LIBS) $(JSON_LIBS) $(SQL_LIBS) $(CONF_LIBS) $(SODIUM_LIBS) $(ICAL_LIBS) $(SHEET_LIBS) -lpthread -lm
ROOMS = $(STAGE) $(GATEWAY) $(API) $(CLI) $(CAMPAIGNS) $(STORE) $(MODEMS) $(SIMULATOR) $(CONFIG) $(DATA)
LINKED = $(STAGE) $(GATEWAY) $(API) $(CLI) $(DOMAIN) $(MODEMS) $(SIMULATOR) $(CONFIG) $(DATA)
$(BUILD)/tests/%: $(BUILD)/obj/tests/%.o $(ROOMS)
	@mkdir -p $(@D)
	$(CC) $(LDFLAGS) -o $@ $< $(LINKED) $(LIBS) $(if $(findstring forwarder,$@),$(CURL_LIBS))
$(BUILD)/bench/%: $(BUILD)/obj/tests/bench/%.o $(ROOMS)
	@mkdir -p $(@D)
	$(CC) $(LDFLAGS) -o $@ $< $(LINKED) $(LIBS)

# Built by clang, all rooms with its coverage: make BUILD=build/fuzz CC=clang SANITIZE=fuzzer fuzzers
fuzzers: $(FUZZERS)
FUZZ_BASE = $(patsubst tests/%.c,$(BUILD)/obj/tests/%.o,tests/store_file.c tests/queue_rows.c $(wildcard tests/fuzz/*.c))
FUZZ_ROOMS = $(GATEWAY) $(API) $(CAMPAIGNS) $(STORE) $(MODEMS) $(CONFIG) $(DATA)
$(BUILD)/fuzz.a: $(FUZZ_BASE)
$(BUILD)/fuzz_%: $(BUILD)/obj/tests/fuzz_%.o $(BUILD)/fuzz.a $(FUZZ_ROOMS)
	$(CC) $(LDFLAGS) -fsanitize=fuzzer -o $@ $< $(BUILD)/fuzz.a $(GATEWAY) $(API) $(DOMAIN) $(MODEMS) $(CONFIG) $(DATA) $(GLIB_LIBS) $(GAMMU_LIBS) $(SECCOMP_LIBS) $(JSON_LIBS) $(SQL_LIBS) $(CONF_LIBS) $(SODIUM_LIBS) $(ICAL_LIBS) $(SHEET_LIBS) -lpthread -lm

$(BUILD)/obj/%.o: %.c Makefile
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<
$(BUILD)/gen/data.c: campaigns/data/data.gresource.xml config/operators.conf $(wildcard campaigns/data/* campaigns/store/*.sql)
	@mkdir -p $(@D)
	glib-compile-resources --sourcedir=campaigns/data --sourcedir=campaigns/store --sourcedir=config --generate-source --target=$@ $<
$(DATA): $(BUILD)/gen/data.c
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) -g $(MODE) -fPIE -c -o $@ $<
-include $(shell find $(BUILD)/obj -name '*.d' 2>/dev/null)

SUDO := $(if $(filter 0,$(shell id -u)),,sudo)
missing = $(shell for p in $(1); do dpkg-query -W -f='$${Status}' $$p 2>/dev/null | grep -q 'ok installed' || echo $$p; done)
deps:
	@set -- $(call missing,$(PACKAGES)); if [ $$# -gt 0 ]; then \
	  echo "installing: $$*"; \
	  $(SUDO) apt-get update -qq && \
	  $(SUDO) env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$$@"; fi

# A second make, because the flags of pkg-config are read only once the packages are there.
test: deps
	$(MAKE) -j$(JOBS) BUILD=$(BUILD)/asan SANITIZE=yes tests
	$(MAKE) -j$(JOBS) BUILD=$(BUILD)/fuzz CC=clang SANITIZE=fuzzer fuzzers
	$(MAKE) BUILD=$(BUILD)/asan LOA_FUZZ=$(BUILD)/fuzz SANITIZE=yes run-tests
# Most system tests wait, for modems and for clocks: one more at a time than there are cores.
run-tests:
	LC_ALL=C.UTF-8 LOA_BUILD=$(BUILD) ASAN_OPTIONS=detect_leaks=0 prove -j$$(($(JOBS) + 1)) --timer -e '' $(UNIT_TESTS) tests/fuzz/run $(SYSTEM_TESTS)
# What the fuzzers learn stays in build/fuzz/learned, and they start from it the next time.
FUZZ_SECONDS ?= 600
fuzz: deps
	$(MAKE) -j$(JOBS) BUILD=$(BUILD)/fuzz CC=clang SANITIZE=fuzzer fuzzers
	LOA_FUZZ=$(BUILD)/fuzz FUZZ_SECONDS=$(FUZZ_SECONDS) tests/fuzz/run
demo: deps
	$(MAKE) -j$(JOBS) programs
	$(MAKE) run-demo
run-demo:
	LOA_BUILD=$(BUILD) tests/demo
bench: deps
	$(MAKE) -j$(JOBS) programs
	$(MAKE) run-bench
run-bench: $(BENCHES)
	LOA_BUILD=$(BUILD) tests/bench/run

torture: deps
	$(MAKE) -j$(JOBS) programs
	LOA_BUILD=$(BUILD) tests/torture --seconds $(or $(TORTURE_SECONDS),0)

# The unit names the folders it was installed for; the worker stands beside the gateway.
LIBDIR = $(DESTDIR)$(PREFIX)/lib
DOCDIR = $(PREFIX)/share/doc/loa
install: programs
	install -d $(LIBDIR)/systemd/system
	install -D -t $(DESTDIR)$(PREFIX)/bin $(PROGRAMS)
	sed -e 's|@bindir@|$(PREFIX)/bin|' -e 's|@sysconfdir@|$(SYSCONFDIR)|' -e 's|@docdir@|$(DOCDIR)|' \
	  gateway/loa-gateway.service > $(LIBDIR)/systemd/system/loa-gateway.service
	install -m 644 -D gateway/loa.sysusers $(LIBDIR)/sysusers.d/loa.conf
	install -m 644 -D -t $(LIBDIR)/udev/rules.d modems/60-loa-modems.rules
	install -d $(DESTDIR)$(SYSCONFDIR)/loa
	sed -e 's|^# modem_user|modem_user|' config/loa.conf.example > $(DESTDIR)$(SYSCONFDIR)/loa/loa.conf.example
	install -m 644 -D config/operators.conf $(DESTDIR)$(SYSCONFDIR)/loa/operators.conf.example
	install -m 644 -D -t $(DESTDIR)$(DOCDIR) LICENSE $(wildcard README.md) config/campaign.conf.example
	install -m 644 -D -t $(DESTDIR)$(DOCDIR)/examples campaigns/examples/*.conf
	install -m 644 -D -t $(DESTDIR)$(DOCDIR)/words campaigns/data/README.md campaigns/data/reply-*.csv

# Macros of GLib and jansson that cppcheck does not know.
CPPCHECK_MACROS = '-DG_DEFINE_QUARK(name,function)=' '-DG_GNUC_PRINTF(format,first)=' \
                  '-Djson_array_foreach(array,index,value)=while ((value = json_array_get(array, index = 0)))' \
                  '-Djson_object_foreach(object,key,value)=while ((value = json_object_get(object, key = "")))'
SOURCES = $(shell find config campaigns modems gateway tests -name '*.[ch]')
lint:
	@set -- $(call missing,$(LINT_PACKAGES) bats); if [ $$# -gt 0 ]; then \
	  $(SUDO) apt-get install -y -qq --no-install-recommends "$$@"; fi
	bats tests/rooms.bats
	clang-format --dry-run --Werror $(SOURCES)
	cppcheck --quiet -j$(JOBS) --std=c11 --enable=warning,performance,portability --inline-suppr \
	  --library=gtk $(CPPCHECK_MACROS) --suppress=missingIncludeSystem --suppress=varFuncNullUB \
	  --suppress=returnDanglingLifetime --error-exitcode=1 -I. config campaigns modems gateway
	@mkdir -p $(BUILD)
	printf '%s\n' -std=gnu17 -I$(CURDIR) $(CPPFLAGS) > $(BUILD)/compile_flags.txt
	printf '%s\n' $(filter %.c,$(SOURCES)) | xargs -P$(JOBS) -n4 clang-tidy --quiet -p $(BUILD)

clean:
	rm -rf $(BUILD)
