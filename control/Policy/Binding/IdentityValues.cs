using System.Text;
using IpsecDp.Ike.Identity;
using IpsecDp.Policy.Config;
using IpsecDp.Policy.Text;
using IpsecDp.Policy.Validation;
using IpsecDp.Wire.Selectors;

namespace IpsecDp.Policy.Binding;

/// <summary>Identity and Location of security endpoints.</summary>
internal static class IdentityValues
{
    private const int LongestName = 255;
    private const string Kinds = "IpAddr, Fqdn, UserAtFqdn, X500dn or KeyId";

    /// <summary>This host's identity.</summary>
    public static bool Own(ValueCursor cursor, out SecurityIdentity identity)
    {
        identity = null!;
        if (!TryRead(cursor, isPattern: false, out var read))
        {
            return false;
        }

        identity = read!;
        return true;
    }

    /// <summary>The peers' identity: one, a range of addresses, <c>*.domain</c>, <c>*@host</c>, <c>*,O=…</c>, or Any.</summary>
    public static bool Peers(ValueCursor cursor, out SecurityIdentity identity)
    {
        identity = null!;
        if (!TryRead(cursor, isPattern: true, out var read))
        {
            return false;
        }

        identity = read!;
        return true;
    }

    /// <summary>An address, prefix or range, or Any, Any4 or Any6.</summary>
    public static bool Location(ValueCursor cursor, out IReadOnlyList<AddressRange> ranges)
    {
        ranges = [];
        if (cursor.TrySkip("Any"))
        {
            ranges = [AddressRange.AnyV4, AddressRange.AnyV6];
            return true;
        }

        if (cursor.TrySkip("Any4"))
        {
            ranges = [AddressRange.AnyV4];
            return true;
        }

        if (cursor.TrySkip("Any6"))
        {
            ranges = [AddressRange.AnyV6];
            return true;
        }

        if (!AddressValues.Range(cursor, out var range))
        {
            return false;
        }

        ranges = [range];
        return true;
    }

    /// <summary>Hosts: one by its name, or <c>*.domain</c>.</summary>
    public static bool Hosts(ValueCursor cursor, out SecurityIdentity identity)
    {
        identity = null!;
        if (!cursor.TryTake("a host name or *.domain", out var word))
        {
            return false;
        }

        var text = word.Text();
        if (text.Length > LongestName)
        {
            return cursor.Refuse(word, ConfigRule.Value, $"a name has at most {LongestName} characters");
        }

        if (!TryHosts(cursor, word, text, out var read))
        {
            return false;
        }

        identity = read!;
        return true;
    }

    private static bool TryHosts(ValueCursor cursor, Word word, string text, out SecurityIdentity? identity)
    {
        var isPattern = text.StartsWith("*.", StringComparison.Ordinal);
        var name = isPattern ? text[2..] : text;
        identity = null;
        if (name.Length == 0 || name.Contains('*', StringComparison.Ordinal) || name.Contains('@', StringComparison.Ordinal))
        {
            return cursor.Refuse(word, ConfigRule.Value, "this is no host name, as host.example.com");
        }

        identity = isPattern ? new(word.Position, null, new IdPattern.HostsOf(name)) : Exactly(word, IkeId.OfHost(name));
        return true;
    }

    private static bool TryRead(ValueCursor cursor, bool isPattern, out SecurityIdentity? identity)
    {
        identity = null;
        if (!cursor.TryTake(isPattern ? $"Any, {Kinds}" : Kinds, out var kind))
        {
            return false;
        }

        if (isPattern && kind.Is("Any"))
        {
            identity = new(kind.Position, null, new IdPattern.Any());
            return true;
        }

        if (kind.Is("IpAddr"))
        {
            return TryAddress(cursor, kind, isPattern, out identity);
        }

        if (!kind.Is("Fqdn") && !kind.Is("UserAtFqdn") && !kind.Is("X500dn") && !kind.Is("KeyId"))
        {
            return cursor.Refuse(kind, ConfigRule.Value, $"{kind.Quote()} is not {Kinds}");
        }

        if (!cursor.TryTake("the identity", out var word))
        {
            return false;
        }

        var text = kind.Is("X500dn") ? Rest(cursor, word) : word.Text();
        if (text.Length > LongestName)
        {
            return cursor.Refuse(word, ConfigRule.Value, $"an identity has at most {LongestName} characters");
        }

        return kind.Is("X500dn") ? TryName(cursor, word, text, isPattern, out identity) : TryText(cursor, kind, word, text, isPattern, out identity);
    }

    private static bool TryAddress(ValueCursor cursor, Word kind, bool isPattern, out SecurityIdentity? identity)
    {
        identity = null;
        if (!AddressValues.Range(cursor, out var range))
        {
            return false;
        }

        var single = range.First == range.Last ? IkeId.OfAddress(range.First) : null;
        if (single is null && !isPattern)
        {
            return cursor.Refuse(kind, ConfigRule.Value, "this host has one identity, not a range of them");
        }

        identity = new(kind.Position, single, new IdPattern.AddressesIn(range));
        return true;
    }

    private static bool TryText(ValueCursor cursor, Word kind, Word word, string text, bool isPattern, out SecurityIdentity? identity)
    {
        identity = null;
        if (kind.Is("KeyId"))
        {
            identity = Exactly(kind, IkeId.OfKeyId(Encoding.UTF8.GetBytes(text)));
            return true;
        }

        var (prefix, isHost) = kind.Is("Fqdn") ? ("*.", true) : ("*@", false);
        if (text.StartsWith(prefix, StringComparison.Ordinal) && text.Length > prefix.Length && !text[prefix.Length..].Contains('*', StringComparison.Ordinal))
        {
            if (!isPattern)
            {
                return cursor.Refuse(word, ConfigRule.Value, "this host has one identity, not a pattern");
            }

            identity = new(kind.Position, null, isHost ? new IdPattern.HostsOf(text[prefix.Length..]) : new IdPattern.UsersOf(text[prefix.Length..]));
            return true;
        }

        var at = text.IndexOf('@', StringComparison.Ordinal);
        if (text.Contains('*', StringComparison.Ordinal) || isHost != at < 0 || at == 0 || at == text.Length - 1)
        {
            return cursor.Refuse(word, ConfigRule.Value, isHost ? "this is no host name, as host.example.com" : "this is no user, as user@example.com");
        }

        identity = Exactly(kind, isHost ? IkeId.OfHost(text) : IkeId.OfUser(text));
        return true;
    }

    private static bool TryName(ValueCursor cursor, Word word, string text, bool isPattern, out SecurityIdentity? identity)
    {
        identity = null;
        var isSubtree = text.StartsWith("*,", StringComparison.Ordinal);
        if (isSubtree && !isPattern)
        {
            return cursor.Refuse(word, ConfigRule.Value, "this host has one identity, not a pattern");
        }

        if (!IkeId.TryOfName(isSubtree ? text[2..] : text, out var id))
        {
            return cursor.Refuse(word, ConfigRule.Value, "this is no distinguished name, as CN=host,O=Example");
        }

        if (!isSubtree)
        {
            identity = new(word.Position, id, new IdPattern.Exactly(id!));
            return true;
        }

        if (!DistinguishedName.TryRead(id!.Value.Span, out var ancestor))
        {
            return cursor.Refuse(word, ConfigRule.Value, "this is no distinguished name, as CN=host,O=Example");
        }

        identity = new(word.Position, null, new IdPattern.NamesUnder(ancestor!));
        return true;
    }

    private static SecurityIdentity Exactly(Word kind, IkeId id) => new(kind.Position, id, new IdPattern.Exactly(id));

    // A distinguished name may hold blanks; it goes to the end of the line.
    private static string Rest(ValueCursor cursor, Word first)
    {
        var text = new StringBuilder(first.Text());
        while (cursor.TryPeek(out _) && cursor.TryTake("the identity", out var next))
        {
            text.Append(' ').Append(next.Span);
        }

        return text.ToString();
    }
}
