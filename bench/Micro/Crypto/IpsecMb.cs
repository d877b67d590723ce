using System.Runtime.InteropServices;

namespace IpsecDp.Bench.Crypto;

/// <summary>intel-ipsec-mb 1.3, where Debian's <c>libipsec-mb1</c> or a copy of the library's stands: a manager for what the processor offers, and what that manager calls for AES-GCM.</summary>
internal sealed unsafe class IpsecMb
{
    /// <summary>Why there is none, in a sentence.</summary>
    public const string Absence = "intel-ipsec-mb 1.3 (libIPSec_MB.so.1) is not installed or of another version: its columns stay empty.";

    private const string Library = "libIPSec_MB.so.1";
    private const string Version = "1.3.";

    private readonly nint _manager;

    private IpsecMb(string name, nint manager)
    {
        Name = name;
        _manager = manager;
    }

    /// <summary>How a table names it.</summary>
    public string Name { get; }

    /// <summary>What the library chooses by itself, and what it chooses where there is AVX2 but no AVX-512; empty where the library is absent.</summary>
    public static IReadOnlyList<IpsecMb> Variants { get; } = Load();

    /// <summary>Expands a key.</summary>
    public IpsecMbGcm CreateGcm(byte[] material)
    {
        // Where IMB_MGR of 1.3 has gcm128_enc, _dec and _pre; those of 256-bit keys stand 16 octets further.
        const int Encrypt = 256, Decrypt = 280, Expand = 448, LongKey = 16;
        int long256 = material.Length > 32 ? LongKey : 0;
        return new IpsecMbGcm(material, At(Encrypt + long256), At(Decrypt + long256), At(Expand + long256));
    }

    private nint At(int offset) => *(nint*)(_manager + offset);

    private static IReadOnlyList<IpsecMb> Load()
    {
        if (!NativeLibrary.TryLoad(Library, out nint library))
        {
            return [];
        }

        var version = (delegate* unmanaged<byte*>)NativeLibrary.GetExport(library, "imb_get_version_str");
        if (Marshal.PtrToStringUTF8((nint)version()) is not { } text || !text.StartsWith(Version, StringComparison.Ordinal))
        {
            return [];
        }

        var allocate = (delegate* unmanaged<ulong, nint>)NativeLibrary.GetExport(library, "alloc_mb_mgr");
        var chooseAny = (delegate* unmanaged<nint, int*, void>)NativeLibrary.GetExport(library, "init_mb_mgr_auto");
        var chooseAvx2 = (delegate* unmanaged<nint, void>)NativeLibrary.GetExport(library, "init_mb_mgr_avx2");
        nint any = allocate(0), avx2 = allocate(0);
        int architecture;
        chooseAny(any, &architecture);
        chooseAvx2(avx2);
        return [new IpsecMb("mb avx_gen4", avx2), new IpsecMb($"mb {Kernel(library, any)}", any)];
    }

    // The manager holds an address; the exported kernel with that address has a name.
    private static string Kernel(nint library, nint manager)
    {
        nint chosen = new IpsecMb(string.Empty, manager).At(256);
        string[] kernels = ["vaes_avx512", "avx512", "avx_gen4", "avx_gen2", "sse"];
        return kernels.FirstOrDefault(kernel => NativeLibrary.GetExport(library, $"aes_gcm_enc_128_{kernel}") == chosen) ?? "other";
    }
}
