using IpsecDp.Ipsec.Spd;
using IpsecDp.Policy.Config;
using IpsecDp.Policy.Text;
using IpsecDp.Policy.Validation;
using IpsecDp.Wire.Selectors;

namespace IpsecDp.Policy.Binding;

/// <summary>Binds IpService and IpServiceGroup.</summary>
internal sealed class ServiceBinder(PolicyConfig config, Findings findings)
{
    private static readonly ValueParser<RuleDirection> Direction = Choice.Of(
        ("BiDirectional", RuleDirection.Both), ("Inbound", RuleDirection.Inbound), ("Outbound", RuleDirection.Outbound));

    private static readonly ValueParser<Routing> RoutingWord = Choice.Of(("Local", Routing.Local), ("Routed", Routing.Routed), ("Either", Routing.Either));

    /// <summary>Binds a service.</summary>
    public IpService Service(StatementNode node, bool isInline)
    {
        var errorsBefore = findings.ErrorCount;
        var block = new StatementBlock(node, findings);
        var service = new IpService(block.Name(isInline), block.Position)
        {
            Protocol = block.One<byte?>("Protocol", ServiceValues.Protocol, null),
            SourcePorts = Ports(block, "SourcePortRange"),
            DestinationPorts = Ports(block, "DestinationPortRange"),
            IcmpType = block.One<byte>("Type", ServiceValues.Octet),
            IcmpCode = block.One<byte>("Code", ServiceValues.Octet),
            Direction = block.One<RuleDirection>("Direction", OneWay),
            Routing = block.One("Routing", RoutingWord),
            SecurityClass = block.One<uint>("SecurityClass", SecurityClass),
            FragmentsOnly = block.One("FragmentsOnly", Choice.YesNo),
        };
        block.Close();
        service = service with { HasFaults = findings.ErrorCount != errorsBefore };
        config.EveryService.Add(service);
        return service;
    }

    /// <summary>Binds a group of services; groups in it are an extension.</summary>
    public IpServiceGroup Group(StatementNode node)
    {
        var block = new StatementBlock(node, findings);
        var members = UseBinder.Many(block, "IpService", Service, "IpServiceGroupRef");
        block.Close();
        return new IpServiceGroup(block.Name(isInline: false), block.Position, members);
    }

    private static Placed<PortRange>? Ports(StatementBlock block, string keyword) =>
        block.One<PortRange>(keyword, ServiceValues.Ports) is { Value.IsAny: false } ports ? ports : null;

    private static bool OneWay(ValueCursor cursor, out RuleDirection direction)
    {
        if (!Direction(cursor, out direction))
        {
            return false;
        }

        return !cursor.TryPeek(out var word) || !(word.Is("InboundConnect") || word.Is("OutboundConnect"))
            || cursor.Refuse(word, ConfigRule.Unsupported, $"{word.Text()} is not supported: rules do not look at who opens a connection");
    }

    private static bool SecurityClass(ValueCursor cursor, out uint number) => cursor.TryNumber("a security class", 0, byte.MaxValue, out number);
}
