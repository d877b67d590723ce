using IpsecDp.Peers.Bed;
using IpsecDp.Peers.Measures;

namespace Peers.Tests.Measures;

public class BulkStreamTests
{
    [Fact]
    public void Read_Document_GivesWhatTheReceiverHad()
    {
        const string Document = """{ "end": { "sum_sent": { "bytes": 999, "seconds": 1 }, "sum_received": { "bytes": 750000000, "seconds": 3.01 } } }""";
        Assert.Equal((750_000_000.0, 3.01), BulkStream.Read(Document));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("""{ "error": "unable to connect to server", "end": {} }""")]
    [InlineData("""{ "end": { "sum_received": { "bytes": "many", "seconds": 1 } } }""")]
    public void Read_NoReport_IsRefused(string document) => Assert.Throws<PeersException>(() => BulkStream.Read(document));
}
