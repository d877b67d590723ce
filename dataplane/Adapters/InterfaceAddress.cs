using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace IpsecDp.Adapters;

/// <summary>An address an interface has, with the length of its prefix, as <c>10.1.0.1/24</c>.</summary>
public sealed record InterfaceAddress(IPAddress Address, int PrefixLength)
{
    /// <summary>Reads <c>address/length</c>; a bare address stands for itself alone (/32, /128).</summary>
    public static bool TryParse(string text, out InterfaceAddress? address)
    {
        address = null;
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        if (!IPAddress.TryParse(slash < 0 ? text : text[..slash], out var parsed))
        {
            return false;
        }

        var longest = parsed.AddressFamily == AddressFamily.InterNetwork ? 32 : 128;
        var length = longest;
        if (slash >= 0 && (!int.TryParse(text.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out length) || length > longest))
        {
            return false;
        }

        address = new InterfaceAddress(parsed, length);
        return true;
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Address}/{PrefixLength}";
}
