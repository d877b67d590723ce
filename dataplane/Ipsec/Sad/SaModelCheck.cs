using IpsecDp.Crypto;

namespace IpsecDp.Ipsec.Sad;

/// <summary>Refuses a model no packet could be sealed with, so that a mistake shows at installation and not at the first packet.</summary>
public static class SaModelCheck
{
    private const uint FirstFreeSpi = 256;
    private const int MostLayers = 2;
    private const int MostTrafficFlowPadding = 65000;

    /// <summary>Throws <see cref="ArgumentException"/> with the rule that is broken.</summary>
    public static void Require(IReadOnlyList<SaModel> layers, CryptoEngines engines)
    {
        if (layers.Count is 0 or > MostLayers)
        {
            throw new ArgumentException($"a tunnel has one SA or ESP inside AH, not {layers.Count} layers");
        }

        foreach (var model in layers)
        {
            Require(model, engines);
        }

        if (layers.Count == MostLayers && layers[1] is not { Protocol: SaProtocol.Ah, Encapsulation: null })
        {
            throw new ArgumentException($"tunnel {layers[1].Tunnel}: the outer layer of a bundle is AH (RFC 4301 §4.3)");
        }

        // Under AH the UDP header would be inside of what AH signs, where no NAT finds it; around AH there is no such encapsulation, and the NAT breaks AH's ICV.
        if (layers.Count == MostLayers && layers[0].Encapsulation is not null)
        {
            throw new ArgumentException($"tunnel {layers[0].Tunnel}: a bundle with AH cannot pass a NAT, so UDP encapsulation is for ESP alone (RFC 3948 §1, RFC 3715 §2.1)");
        }
    }

    private static void Require(SaModel model, CryptoEngines engines)
    {
        // RFC 4303 §2.1: 0 is for local use, 1 to 255 are reserved.
        Check(model.Spi >= FirstFreeSpi, model, "SPI 0 to 255 are reserved");
        Check(model.Local.Version == model.Remote.Version, model, "both endpoints must be of one IP version");
        Check(model.ReplayWindow is 0 or (>= ReplayWindow.MinimumSize and <= ReplayWindow.MaximumSize), model, "the replay window is 0 or 32 to 65536 packets");
        // RFC 4303 §3.3.3 footnote: without a window a receiver cannot tell the high half of a number.
        Check(!model.ExtendedSequenceNumbers || model.ReplayWindow > 0, model, "extended sequence numbers need a replay window");
        Check(model.TrafficFlowPadding is >= 0 and <= MostTrafficFlowPadding, model, "traffic flow padding is 0 to 65000 octets");
        Check(model.TrafficFlowPadding == 0 || model.Mode == SaMode.Tunnel, model, "traffic flow padding needs tunnel mode (RFC 4303 §2.7)");
        Check(model.Originals is null || model is { Protocol: SaProtocol.Esp, Mode: SaMode.Transport, Encapsulation: not null }, model, "original addresses are for ESP in transport mode under UDP (RFC 3948 §3.1.2)");
        Check(model.Originals is not { } originals || (originals.Local.Version == model.Local.Version && originals.Remote.Version == model.Local.Version), model, "original addresses are of the endpoints' IP version");
        if (model.Protocol == SaProtocol.Ah)
        {
            RequireAh(model, engines);
            return;
        }

        RequireEsp(model, engines);
    }

    private static void RequireAh(SaModel model, CryptoEngines engines)
    {
        Check(model.Suite.Integrity != IntegrityAlgorithm.None && engines.Supports(model.Suite.Integrity), model, "AH needs an integrity algorithm an engine has");
        Check(model.Encapsulation is null, model, "AH cannot pass under UDP (RFC 3948 §1)");
        IntegrityKey.Require(model.Suite.Integrity, model.Keys.Integrity);
    }

    private static void RequireEsp(SaModel model, CryptoEngines engines)
    {
        Check(model.Encapsulation is null or { LocalPort: > 0, RemotePort: > 0 }, model, "UDP encapsulation needs ports");
        var suite = model.Suite;
        Check(engines.Supports(suite), model, $"no engine has the suite {suite.Name}");
        // Encryption without integrity is open to attack (RFC 4303 §3.3.2.1 discourages it); the product has no such suite.
        Check(suite.IsCombined || suite.Integrity != IntegrityAlgorithm.None, model, "encryption needs integrity");
        var needed = suite.KeyLength + suite.SaltLength;
        Check(model.Keys.Encryption.Length == needed, model, $"the encryption key has {model.Keys.Encryption.Length} octets, {suite.Name} needs {needed}, salt included");
        Check(model.Keys.Integrity.Length == suite.IntegrityKeyLength, model, $"the integrity key has {model.Keys.Integrity.Length} octets, {suite.Name} needs {suite.IntegrityKeyLength}");
    }

    private static void Check(bool isRight, SaModel model, string rule)
    {
        if (!isRight)
        {
            throw new ArgumentException($"tunnel {model.Tunnel}, SPI 0x{model.Spi:x8}: {rule}");
        }
    }
}
