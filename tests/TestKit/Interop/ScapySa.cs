using IpsecDp.Crypto;
using IpsecDp.Ipsec.Sad;

namespace IpsecDp.TestKit.Interop;

/// <summary>A model in scapy's words, as the peer's script reads it; keys in hexadecimal, addresses and ports as source and destination.</summary>
public sealed record ScapySa
{
    /// <summary><c>ESP</c> or <c>AH</c>.</summary>
    public required string Protocol { get; init; }

    public required uint Spi { get; init; }

    /// <summary>A name out of scapy's CRYPT_ALGOS, null for AH.</summary>
    public string? Cipher { get; init; }

    /// <summary>Key and salt.</summary>
    public required string CipherKey { get; init; }

    /// <summary>The ICV's octets where scapy has one name for several lengths.</summary>
    public int? IcvSize { get; init; }

    /// <summary>A name out of scapy's AUTH_ALGOS, null for a combined cipher.</summary>
    public string? Mac { get; init; }

    public required string MacKey { get; init; }

    /// <summary>Source and destination of the outer header, null in transport mode.</summary>
    public IReadOnlyList<string>? Outer { get; init; }

    /// <summary>Source and destination port of the encapsulation.</summary>
    public IReadOnlyList<int>? Udp { get; init; }

    public required bool IsExtended { get; init; }

    /// <summary>The model as its sender sees it: ours where it is outbound here, the peer's where it is inbound.</summary>
    public static ScapySa Of(SaModel model, bool isOutbound)
    {
        var (source, destination) = isOutbound ? (model.Local, model.Remote) : (model.Remote, model.Local);
        var isAh = model.Protocol == SaProtocol.Ah;
        return new ScapySa
        {
            Protocol = isAh ? "AH" : "ESP",
            Spi = model.Spi,
            Cipher = isAh ? null : ScapyNames.Of(model.Suite.Encryption),
            CipherKey = Convert.ToHexString(model.Keys.Encryption.Reveal()),
            IcvSize = ScapyNames.IsSizedByIcv(model.Suite.Encryption) ? model.Suite.IcvLength : null,
            Mac = ScapyNames.Of(model.Suite.Integrity),
            MacKey = Convert.ToHexString(model.Keys.Integrity.Reveal()),
            Outer = model.Mode == SaMode.Tunnel ? [source.ToString(), destination.ToString()] : null,
            Udp = Ports(model, isOutbound),
            IsExtended = model.ExtendedSequenceNumbers,
        };
    }

    private static int[]? Ports(SaModel model, bool isOutbound) => model.Encapsulation switch
    {
        null => null,
        { } ports when isOutbound => [ports.LocalPort, ports.RemotePort],
        { } ports => [ports.RemotePort, ports.LocalPort],
    };
}
