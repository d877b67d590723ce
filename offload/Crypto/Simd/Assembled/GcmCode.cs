using IpsecDp.Crypto.Simd.Gcm;

namespace IpsecDp.Crypto.Simd.Assembled;

/// <summary>AES-GCM with AES rounds on four blocks at a time (VAES), for which the runtime has no intrinsics: assembled once a process.</summary>
internal static unsafe class GcmCode
{
    private const int CacheLine = 64;
    private static readonly int[] KeyRounds = [10, 12, 14];
    private static readonly Lazy<Dictionary<int, GcmProcedures>> Procedures = new(Load);

    /// <summary>The procedures for keys of so many rounds; null where the system lets no process make code.</summary>
    public static GcmProcedures? For(int rounds) => Procedures.Value.TryGetValue(rounds, out GcmProcedures procedures) ? procedures : null;

    private static Dictionary<int, GcmProcedures> Load()
    {
        using var code = new MemoryStream();
        var offsets = new Dictionary<int, (int Seal, int Open)>();
        foreach (int rounds in KeyRounds)
        {
            offsets.Add(rounds, (Append(code, rounds, isSeal: true), Append(code, rounds, isSeal: false)));
        }

        return MachineCode.TryLoad(code.ToArray()) is { } loaded
            ? offsets.ToDictionary(each => each.Key, each => new GcmProcedures(loaded.At(each.Value.Seal), loaded.At(each.Value.Open)))
            : [];
    }

    private static int Append(MemoryStream code, int rounds, bool isSeal)
    {
        code.Position = (code.Length + CacheLine - 1) & -CacheLine;
        var offset = (int)code.Position;
        code.Write(GcmProcedure.Assemble(rounds, isSeal, OperatingSystem.IsWindows()));
        return offset;
    }
}
