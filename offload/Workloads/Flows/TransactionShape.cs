using IpsecDp.Workloads.Payload;

namespace IpsecDp.Workloads.Flows;

/// <summary>How a request/response flow talks: record sizes in octets, responses per request, think time in ticks.</summary>
internal sealed record TransactionShape
{
    /// <summary>A transaction's responses are numbered within a block of this many.</summary>
    public const int ResponseBlock = 8;

    public required int SmallestRequest { get; init; }

    public required int LargestRequest { get; init; }

    public required int SmallestResponse { get; init; }

    public required int LargestResponse { get; init; }

    /// <summary>Most packets of a response, at most <see cref="ResponseBlock"/>.</summary>
    public required int MostResponses { get; init; }

    public required long ShortestThink { get; init; }

    public required long LongestThink { get; init; }

    /// <summary>How long the requester waits before it drops the transaction.</summary>
    public required long GiveUpAfter { get; init; }

    public int RequestLength(FlowIdentity requests, long transaction, int capacity) =>
        Length(requests, transaction, SmallestRequest, LargestRequest, capacity);

    public int ResponseLength(FlowIdentity responses, long sequence, int capacity) =>
        Length(responses, sequence, SmallestResponse, LargestResponse, capacity);

    public int ResponsesTo(FlowIdentity responses, long transaction) =>
        (int)SeedDerivation.Between(responses.Key + 1, (ulong)transaction, 1, MostResponses);

    public long ThinkBefore(FlowIdentity requests, long transaction) =>
        SeedDerivation.Between(requests.Key + 1, (ulong)transaction, ShortestThink, LongestThink);

    private static int Length(FlowIdentity flow, long sequence, int smallest, int largest, int capacity) =>
        Math.Clamp((int)SeedDerivation.Between(~flow.Key, (ulong)sequence, smallest, largest), PayloadStamp.Length, capacity);
}
