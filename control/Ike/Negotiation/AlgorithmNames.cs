using IpsecDp.Ike.Messages.Proposals;

namespace IpsecDp.Ike.Negotiation;

/// <summary>Algorithms by the names operators type and read; numbers of the IANA registries "IKEv2 Transform IDs".</summary>
public static class AlgorithmNames
{
    // {0} stands for the key length.
    private static readonly Dictionary<(TransformType, ushort), string> Names = Table();

    /// <summary>The name, such as <c>aes-256-gcm-16</c>; of a number that is not known the type and the number.</summary>
    public static string Of(Transform transform)
    {
        ArgumentNullException.ThrowIfNull(transform);
        var bits = transform.KeyBits is { } length ? $"{length}" : "";
        var isNamed = Names.TryGetValue((TransformRules.FamilyOf(transform.Type), transform.Id), out var name);
        var text = isNamed ? name! : $"{TypeName(transform.Type)}-{transform.Id}" + (bits.Length > 0 ? "-{0}" : "");
        if (isNamed && transform.KeyBits is not null && !text.Contains("{0}", StringComparison.Ordinal))
        {
            text += "-{0}";
        }

        return Prefix(transform.Type) + text.Replace("-{0}", bits.Length > 0 ? $"-{bits}" : "", StringComparison.Ordinal) + (transform.IsUnderstood ? "" : "?");
    }

    /// <summary>Finds the transform of a name, letter case aside; false for a name nobody has.</summary>
    public static bool TryParse(TransformType type, string name, out Transform? transform)
    {
        ArgumentNullException.ThrowIfNull(name);
        transform = Candidates(type).FirstOrDefault(candidate => string.Equals(Of(candidate), Prefix(type) + name, StringComparison.OrdinalIgnoreCase));
        return transform is not null;
    }

    private static IEnumerable<Transform> Candidates(TransformType type)
    {
        foreach (var (family, id) in Names.Keys.Where(key => key.Item1 == TransformRules.FamilyOf(type)))
        {
            if (!TransformRules.HasKeyLength(type, id))
            {
                yield return new(type, id);
                continue;
            }

            foreach (var bits in TransformRules.KeyLengths)
            {
                yield return new(type, id, bits);
            }
        }
    }

    private static string Prefix(TransformType type) => TransformRules.IsAdditionalKeyExchange(type) ? $"ke{type - TransformType.KeyExchange - 1}-" : type == TransformType.Prf ? "prf-" : "";

    private static string TypeName(TransformType type) => TransformRules.FamilyOf(type) switch
    {
        TransformType.Encryption => "encryption",
        TransformType.Prf => "number",
        TransformType.Integrity => "integrity",
        TransformType.KeyExchange => "method",
        TransformType.SequenceNumbers => "numbers",
        _ => $"type-{(byte)type}",
    };

    private static Dictionary<(TransformType, ushort), string> Table()
    {
        var table = new Dictionary<(TransformType, ushort), string>();
        void Add(TransformType type, params ReadOnlySpan<(int Id, string Name)> rows)
        {
            foreach (var (id, name) in rows)
            {
                table.Add((type, (ushort)id), name);
            }
        }

        Add(TransformType.Encryption,
            (2, "des-cbc"), (3, "3des-cbc"), (11, "null"), (12, "aes-{0}-cbc"), (13, "aes-{0}-ctr"), (14, "aes-{0}-ccm-8"), (15, "aes-{0}-ccm-12"), (16, "aes-{0}-ccm-16"),
            (18, "aes-{0}-gcm-8"), (19, "aes-{0}-gcm-12"), (20, "aes-{0}-gcm-16"), (21, "aes-{0}-gmac"), (23, "camellia-{0}-cbc"), (24, "camellia-{0}-ctr"),
            (25, "camellia-{0}-ccm-8"), (26, "camellia-{0}-ccm-12"), (27, "camellia-{0}-ccm-16"), (28, "chacha20-poly1305"));
        Add(TransformType.Prf,
            (1, "hmac-md5"), (2, "hmac-sha1"), (4, "aes-xcbc"), (5, "hmac-sha2-256"), (6, "hmac-sha2-384"), (7, "hmac-sha2-512"), (8, "aes-cmac"));
        Add(TransformType.Integrity,
            (0, "none"), (1, "hmac-md5-96"), (2, "hmac-sha1-96"), (5, "aes-xcbc-96"), (8, "aes-cmac-96"), (9, "aes-128-gmac"), (10, "aes-192-gmac"), (11, "aes-256-gmac"),
            (12, "hmac-sha2-256-128"), (13, "hmac-sha2-384-192"), (14, "hmac-sha2-512-256"));
        Add(TransformType.KeyExchange,
            (0, "none"), (1, "modp-768"), (2, "modp-1024"), (5, "modp-1536"), (14, "modp-2048"), (15, "modp-3072"), (16, "modp-4096"), (17, "modp-6144"), (18, "modp-8192"),
            (19, "ecp-256"), (20, "ecp-384"), (21, "ecp-521"), (22, "modp-1024-160"), (23, "modp-2048-224"), (24, "modp-2048-256"), (25, "ecp-192"), (26, "ecp-224"),
            (27, "brainpool-224"), (28, "brainpool-256"), (29, "brainpool-384"), (30, "brainpool-512"), (31, "curve25519"), (32, "curve448"),
            (35, "ml-kem-512"), (36, "ml-kem-768"), (37, "ml-kem-1024"));
        Add(TransformType.SequenceNumbers, (0, "esn-no"), (1, "esn"));
        return table;
    }
}
