using IpsecDp.Policy.Config;
using IpsecDp.Policy.Text;
using IpsecDp.Policy.Validation;
using IpsecDp.Wire.Ip;
using IpsecDp.Wire.Selectors;

namespace IpsecDp.Policy.Binding;

/// <summary>Binds IpAddr, IpAddrSet, IpAddrGroup and the sides of a rule.</summary>
internal sealed class AddressBinder(Findings findings)
{
    /// <summary>Binds an address; null when it has none.</summary>
    public IpAddr? Address(StatementNode node, bool isInline)
    {
        var block = new StatementBlock(node, findings);
        var name = block.Name(isInline);
        var address = block.One<IpAddress>("Addr", AddressValues.Single);
        block.Require("Addr");
        block.Close();
        return address is null ? null : new IpAddr(name, block.Position, address.Value);
    }

    /// <summary>Binds a prefix or range; null when it has none.</summary>
    public IpAddrSet? Set(StatementNode node, bool isInline)
    {
        var block = new StatementBlock(node, findings);
        var name = block.Name(isInline);
        var prefix = block.One<AddressRange>("Prefix", AddressValues.Range);
        var range = block.One<AddressRange>("Range", AddressValues.Range);
        if (prefix is not null && range is not null)
        {
            findings.Error(range.Position, ConfigRule.Duplicate, $"an IpAddrSet has one Prefix or one Range; the Prefix stands at {prefix.Position}");
        }

        block.Require("Prefix", "Range");
        block.Close();
        return (prefix ?? range) is { } addresses ? new IpAddrSet(name, block.Position, addresses.Value) : null;
    }

    /// <summary>Binds a group; groups in it are an extension.</summary>
    public IpAddrGroup Group(StatementNode node)
    {
        var block = new StatementBlock(node, findings);
        var members = new List<AddressChoice>();
        foreach (var line in block.InOrder("IpAddr", "IpAddrSet", "IpAddrRef", "IpAddrSetRef", "IpAddrGroupRef"))
        {
            if (Member(block, line) is { } member)
            {
                members.Add(member);
            }
        }

        block.Close();
        return new IpAddrGroup(block.Name(isInline: false), block.Position, members);
    }

    /// <summary>Binds a side of a rule: <paramref name="keyword"/> itself, or with Ref, SetRef or GroupRef behind it; every address where nothing stands.</summary>
    public AddressChoice Side(StatementBlock block, string keyword)
    {
        var found = new List<AddressChoice>();
        if (block.One<IReadOnlyList<AddressRange>>(keyword, AddressValues.Side) is { } inPlace)
        {
            found.Add(new(inPlace.Position, inPlace.Value, AddressNameKind.Address, null));
        }

        foreach (var (suffix, kind) in new[] { ("Ref", AddressNameKind.Address), ("SetRef", AddressNameKind.Set), ("GroupRef", AddressNameKind.Group) })
        {
            if (block.Reference(keyword + suffix) is { } reference)
            {
                found.Add(new(reference.Position, [], kind, reference.Name));
            }
        }

        foreach (var second in found.OrderBy(c => c.Position).Skip(1))
        {
            findings.Error(second.Position, ConfigRule.Duplicate, $"{keyword} is given twice; several addresses stand in an IpAddrGroup");
        }

        return found.Count == 0 ? AddressChoice.All(block.Position) : found[0];
    }

    private AddressChoice? Member(StatementBlock block, StatementNode line)
    {
        if (line.Keyword.Is("IpAddr"))
        {
            return block.IsStatement(line) && Address(line, isInline: true) is { } address
                ? new(address.Position, [AddressRange.Of(address.Address)], AddressNameKind.Address, null)
                : null;
        }

        if (line.Keyword.Is("IpAddrSet"))
        {
            return block.IsStatement(line) && Set(line, isInline: true) is { } set ? new(set.Position, [set.Range], AddressNameKind.Set, null) : null;
        }

        if (!block.IsAttribute(line) || block.ReferenceOf(line) is not { } reference)
        {
            return null;
        }

        var kind = line.Keyword.Is("IpAddrRef") ? AddressNameKind.Address : line.Keyword.Is("IpAddrSetRef") ? AddressNameKind.Set : AddressNameKind.Group;
        return new(reference.Position, [], kind, reference.Name);
    }
}
