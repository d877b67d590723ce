using System.Security.Cryptography;

namespace IpsecDp.Ike.Keys.Algorithms;

/// <summary>A key exchange method and what its KE payloads carry; all lengths in octets.</summary>
public sealed record KeyExchangeMethod
{
    private KeyExchangeMethod(KeyExchangeId id, string name, string ianaName, int initiatorLength, int responderLength, int secretLength)
    {
        (Id, Name, IanaName, InitiatorLength, ResponderLength, SecretLength) = (id, name, ianaName, initiatorLength, responderLength, secretLength);
    }

    /// <summary>Every method known, also those this platform lacks.</summary>
    public static IReadOnlyList<KeyExchangeMethod> All { get; } =
    [
        new(KeyExchangeId.Curve25519, "curve25519", "Curve25519", 32, 32, 32),
        new(KeyExchangeId.Ecp256, "ecp-256", "256-bit random ECP group", 64, 64, 32),
        new(KeyExchangeId.Ecp384, "ecp-384", "384-bit random ECP group", 96, 96, 48),
        new(KeyExchangeId.Ecp521, "ecp-521", "521-bit random ECP group", 132, 132, 66),
        Modp(KeyExchangeId.Modp2048, 2048),
        Modp(KeyExchangeId.Modp3072, 3072),
        Modp(KeyExchangeId.Modp4096, 4096),
        Modp(KeyExchangeId.Modp6144, 6144),
        Modp(KeyExchangeId.Modp8192, 8192),
        new(KeyExchangeId.MlKem512, "ml-kem-512", "ml-kem-512", 800, 768, 32),
        new(KeyExchangeId.MlKem768, "ml-kem-768", "ml-kem-768", 1184, 1088, 32),
        new(KeyExchangeId.MlKem1024, "ml-kem-1024", "ml-kem-1024", 1568, 1568, 32),
        new(KeyExchangeId.Modp2048Subgroup256, "modp-2048-256", "2048-bit MODP Group with 256-bit Prime Order Subgroup", 256, 256, 256),
        Modp(KeyExchangeId.Modp1536, 1536),
        Modp(KeyExchangeId.Modp1024, 1024),
    ];

    /// <summary>The number on the wire.</summary>
    public KeyExchangeId Id { get; }

    /// <summary>The operator's name.</summary>
    public string Name { get; }

    /// <summary>The name in the IANA registry.</summary>
    public string IanaName { get; }

    /// <summary>What the initiator sends: its public value, or the key to encapsulate to.</summary>
    public int InitiatorLength { get; }

    /// <summary>What the responder sends: its public value, or the ciphertext.</summary>
    public int ResponderLength { get; }

    /// <summary>The shared secret, leading zeros kept (RFC 7296 §2.14).</summary>
    public int SecretLength { get; }

    /// <summary>Whether the responder's value answers the initiator's instead of standing beside it.</summary>
    public bool IsEncapsulation => Id is KeyExchangeId.MlKem512 or KeyExchangeId.MlKem768 or KeyExchangeId.MlKem1024;

    /// <summary>Refused unless a policy names it: RFC 8247 §2.4 says SHOULD NOT of groups 2, 5 and 24.</summary>
    public bool IsLegacy => Id is KeyExchangeId.Modp1024 or KeyExchangeId.Modp1536 or KeyExchangeId.Modp2048Subgroup256;

    /// <summary>Whether this platform can do it; ML-KEM needs OpenSSL 3.5 or a Windows that has it.</summary>
    public bool IsAvailable => !IsEncapsulation || MLKem.IsSupported;

    /// <summary>Why not, as an operator reads it; empty where <see cref="IsAvailable"/>.</summary>
    public string Unavailability => IsAvailable ? string.Empty : $"{Name} is not available here: the platform's cryptography has no ML-KEM (OpenSSL 3.5 or later, or a recent Windows, has)";

    /// <summary>Finds a method by its number; NONE and what nobody defined are no method.</summary>
    public static bool TryFind(ushort id, out KeyExchangeMethod? method)
    {
        method = All.FirstOrDefault(m => (ushort)m.Id == id);
        return method is not null;
    }

    /// <summary>The method of that number; throws <see cref="InvalidOperationException"/> for NONE.</summary>
    public static KeyExchangeMethod Of(KeyExchangeId id) => All.First(m => m.Id == id);

    private static KeyExchangeMethod Modp(KeyExchangeId id, int bits) => new(id, $"modp-{bits}", $"{bits}-bit MODP Group", bits / 8, bits / 8, bits / 8);
}
