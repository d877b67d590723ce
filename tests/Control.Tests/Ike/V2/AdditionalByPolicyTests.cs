using Control.Tests.Ike.V2.Kit;
using Control.Tests.Policy;
using IpsecDp.Ike;
using IpsecDp.Ike.Messages.Header;

namespace Control.Tests.Ike.V2;

/// <summary>Two ends configured by the text operators write, with further key exchanges (RFC 9370).</summary>
public sealed class AdditionalByPolicyTests
{
    // IKE_INTERMEDIATE for each line of the IKE SA, IKE_FOLLOWUP_KE for each line of the child when it is rekeyed.
    [Fact]
    public void Ends_WithTheSameLines_RunEachExchange()
    {
        using var left = PolicyTexts.Compile(Site("Group19", "Group21"));
        using var right = PolicyTexts.Compile(Mirror(Site("Group19", "Group21")));
        using var ends = new LinkedEndpoints(left.Ike, right.Ike);
        ends.Order(ends.Left, new IkeCommand.Initiate("Peer", "Sites"));
        ends.Run(TimeSpan.FromSeconds(5));
        Agreed.Hold(ends, children: 1);
        Assert.Equal(2, Responses(ends, ExchangeType.IkeIntermediate));

        ends.Order(ends.Left, new IkeCommand.RekeyChild(ends.Left.Inbound.Keys.Single()));
        ends.Run(TimeSpan.FromSeconds(5));
        Agreed.Hold(ends, children: 1);
        Assert.Equal(1, Responses(ends, ExchangeType.IkeFollowupKe));
    }

    [Theory]
    [InlineData("Group21", "Group19")]
    [InlineData("Group19")]
    [InlineData]
    public void Ends_WithOtherLines_AgreeOnNothing(params string[] ofRight)
    {
        using var left = PolicyTexts.Compile(Site("Group19", "Group21"));
        using var right = PolicyTexts.Compile(Mirror(Site(ofRight)));
        using var ends = new LinkedEndpoints(left.Ike, right.Ike);
        ends.Order(ends.Left, new IkeCommand.Initiate("Peer", "Sites"));
        ends.Run(TimeSpan.FromSeconds(5));
        Agreed.Hold(ends, children: 0);
        Assert.Equal(0, Responses(ends, ExchangeType.IkeIntermediate));
    }

    private static int Responses(LinkedEndpoints ends, ExchangeType exchange) =>
        ends.Sent.Where(sent => sent.Datagram.IsResponse(exchange)).DistinctBy(sent => (sent.Datagram.FromLeft, sent.Datagram.Header.MessageId)).Count();

    private static string Site(params string[] ofIke)
    {
        var text = KeyExchangeTexts.Change("DHGroup Group20", "DHGroup Group20" + string.Concat(ofIke.Select(method => $"\n         AdditionalKeyExchange {method}")));
        // Automatic at both ends, each would start a child of its own.
        text = PolicyTexts.Change(text, "AutoActivate Yes", "AutoActivate No");
        return PolicyTexts.Change(text, "AcceptablePfs Group31", "AcceptablePfs Group31\n   AdditionalKeyExchange Group20");
    }

    // The same policy as the other gateway has it: addresses and identities change sides.
    private static string Mirror(string text)
    {
        text = Swap(Swap(Swap(text, "10.1.0.0", "10.2.0.0"), "fd01::", "fd02::"), "EndpointAddr 192.0.2.1", "EndpointAddr 192.0.2.2");
        text = PolicyTexts.Change(text, "Location 192.0.2.1", "Location 192.0.2.2");
        return Swap(text, "Fqdn a.example.com", "UserAtFqdn *@example.com").Replace("*@example.com", "b@example.com", StringComparison.Ordinal);
    }

    private static string Swap(string text, string one, string other) =>
        text.Replace(one, "\u0001", StringComparison.Ordinal).Replace(other, one, StringComparison.Ordinal).Replace("\u0001", other, StringComparison.Ordinal);
}
