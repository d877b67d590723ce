// A driver image may import ntoskrnl.exe only; under Wine kernel32 is loaded in its process all the same and is found through the PEB.
static int is_same(const char *a, const char *b)
{
    while (*a && *a == *b) a++, b++;
    return *a == *b;
}

static void *export_of(U8 *module, const char *name)
{
    U8 *headers = module + *(U32 *)(module + 0x3C), *exports = module + *(U32 *)(headers + 24 + 112);
    U32 count = *(U32 *)(exports + 24), *functions = (U32 *)(module + *(U32 *)(exports + 28)), *names = (U32 *)(module + *(U32 *)(exports + 32));
    U16 *ordinals = (U16 *)(module + *(U32 *)(exports + 36));
    for (U32 i = 0; i < count; i++) if (is_same((char *)module + names[i], name)) return module + functions[ordinals[i]];
    return 0;
}

static void *export_of_kernel32(const char *name)
{
    enum { LOADER = 0x18, IN_LOAD_ORDER = 0x10, BASE = 0x30, BASE_NAME = 0x58, NAME_OCTETS = 24 };
    U8 *peb;
    __asm__("movq %%gs:0x60,%0" : "=r"(peb));
    LIST_ENTRY *head = (LIST_ENTRY *)(*(U8 **)(peb + LOADER) + IN_LOAD_ORDER);
    for (LIST_ENTRY *entry = head->Flink; entry != head; entry = entry->Flink) {
        UNICODE_STRING *module = (UNICODE_STRING *)((U8 *)entry + BASE_NAME);
        // "kernel32.dll", which differs from "kernelbase.dll" in length and from "kerberos.dll" in its digits.
        if (module->Length == NAME_OCTETS && (module->Buffer[0] | 32) == 'k' && module->Buffer[6] == '3' && module->Buffer[7] == '2') return export_of(*(U8 **)((U8 *)entry + BASE), name);
    }
    return 0;
}
