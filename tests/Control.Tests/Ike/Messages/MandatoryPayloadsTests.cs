using IpsecDp.Fuzz.Ike;
using IpsecDp.Ike.Messages;
using IpsecDp.Ike.Messages.Failures;
using IpsecDp.Ike.Messages.Payloads;

namespace Control.Tests.Ike.Messages;

public sealed class MandatoryPayloadsTests
{
    public static TheoryData<string> Names => [.. IkeSeeds.Messages().Select(seed => seed.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void TryCheck_WholeMessages_LackNothing(string name) =>
        Assert.True(MandatoryPayloads.TryCheck(IkeSeeds.Messages().Single(seed => seed.Name == name).Message, out var failure), failure.ToString());

    [Theory]
    [InlineData("init-request", PayloadType.SecurityAssociation, PayloadType.KeyExchange, PayloadType.Nonce)]
    [InlineData("init-response", PayloadType.SecurityAssociation, PayloadType.KeyExchange, PayloadType.Nonce)]
    [InlineData("auth-request", PayloadType.InitiatorId, PayloadType.Authentication, PayloadType.SecurityAssociation, PayloadType.InitiatorSelectors, PayloadType.ResponderSelectors)]
    [InlineData("auth-response", PayloadType.ResponderId, PayloadType.Authentication, PayloadType.SecurityAssociation, PayloadType.InitiatorSelectors, PayloadType.ResponderSelectors)]
    [InlineData("rekey-child", PayloadType.SecurityAssociation, PayloadType.Nonce, PayloadType.InitiatorSelectors, PayloadType.ResponderSelectors)]
    [InlineData("rekey-ike", PayloadType.SecurityAssociation, PayloadType.Nonce, PayloadType.KeyExchange)]
    public void TryCheck_OnePayloadGone_IsMissed(string name, params PayloadType[] needed)
    {
        var message = IkeSeeds.Messages().Single(seed => seed.Name == name).Message;
        foreach (var type in needed)
        {
            var without = new IkeMessage(message.Header, [.. message.Payloads.Where(payload => payload.Type != type)]);

            Assert.False(MandatoryPayloads.TryCheck(without, out var failure));
            Assert.Equal((IkeFault.MissingPayload, (int)type), (failure.Fault, failure.Detail));
        }
    }
}
