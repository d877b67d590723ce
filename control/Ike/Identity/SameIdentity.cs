using System.Text;
using IpsecDp.Ike.Messages.Payloads;

namespace IpsecDp.Ike.Identity;

/// <summary>Identities as keys of a table: equal where <see cref="IkeId.IsSameAs"/> says so.</summary>
internal sealed class SameIdentity : IEqualityComparer<IkeId>
{
    private SameIdentity()
    {
    }

    /// <summary>The only one.</summary>
    public static SameIdentity Instance { get; } = new();

    /// <inheritdoc/>
    public bool Equals(IkeId? x, IkeId? y) => x is null || y is null ? ReferenceEquals(x, y) : x.IsSameAs(y);

    /// <inheritdoc/>
    public int GetHashCode(IkeId obj)
    {
        ArgumentNullException.ThrowIfNull(obj);
        var hash = default(HashCode);
        hash.Add(obj.Type);
        switch (obj.Type)
        {
            case IdType.Fqdn or IdType.UserFqdn:
                hash.Add(Encoding.Latin1.GetString(obj.Value.Span).ToUpperInvariant(), StringComparer.Ordinal);
                break;
            case IdType.DistinguishedName when DistinguishedName.TryRead(obj.Value.Span, out var name):
                foreach (var part in name!.Parts)
                {
                    hash.Add(part, StringComparer.Ordinal);
                }

                break;
            default:
                hash.AddBytes(obj.Value.Span);
                break;
        }

        return hash.ToHashCode();
    }
}
