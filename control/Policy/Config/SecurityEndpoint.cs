using IpsecDp.Policy.Text;
using IpsecDp.Wire.Ip;
using IpsecDp.Wire.Selectors;

namespace IpsecDp.Policy.Config;

/// <summary>The LocalSecurityEndpoint and RemoteSecurityEndpoint statements: who an end of IKE is, where it is, and what proves it.</summary>
internal sealed record SecurityEndpoint(string Name, SourcePosition Position) : INamedStatement
{
    /// <summary>Identity; null for the address of Location.</summary>
    public SecurityIdentity? Identity { get; init; }

    /// <summary>Location; null is an error, reported where the statement stands.</summary>
    public Placed<IReadOnlyList<AddressRange>>? Location { get; init; }

    /// <summary>OtherLocation of the local end, an extension: addresses a session may move to.</summary>
    public IReadOnlyList<Placed<IpAddress>> Others { get; init; } = [];

    /// <summary>CertificateFile of the local end, an extension.</summary>
    public FileReference? Certificate { get; init; }

    /// <summary>PrivateKeyFile of the local end, an extension.</summary>
    public FileReference? PrivateKey { get; init; }

    /// <summary>CaFile of the remote end, an extension.</summary>
    public IReadOnlyList<FileReference> Authorities { get; init; } = [];

    /// <summary>Keywords of the lines in the block, right or wrong.</summary>
    public required IReadOnlySet<string> Given { get; init; }
}
