using System.Text.Json;
using System.Text.Json.Serialization;
using IpsecDp.Host.Measure;

namespace IpsecDp.Host.Reports;

/// <summary>A projection as one JSON document, schema 1.</summary>
internal static class ProjectionDocument
{
    private const int Schema = 1;

    private static readonly JsonSerializerOptions Form = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    /// <summary>Writes the document and a line end.</summary>
    public static void Write(ProjectionReport report, Stream output)
    {
        var (costs, result) = (report.Costs, report.Result);
        JsonSerializer.Serialize(
            output,
            new
            {
                schema = Schema,
                load = report.Load,
                machine = report.Machine,
                octets = costs.Octets,
                othersShare = report.OthersShare,
                neighbour = costs.Neighbour,
                calibration = costs.Rounds,
                projected = result is null ? null : new
                {
                    general = result.Request.Topology.General,
                    specialty = result.Request.Topology.Specialty / result.Request.ThreadsPerCore,
                    threadsPerCore = result.Request.ThreadsPerCore,
                    smtThroughput = result.Request.ThreadsPerCore == 1 ? (double?)null : result.Request.SmtThroughput,
                    factor = result.Request.Topology.Factor.Value,
                    capacity = result.Capacity,
                    capacityWithoutWakeUps = result.CapacityWithoutWakeUps,
                    points = result.Points,
                    pointsWithoutWakeUps = result.PointsWithoutWakeUps,
                },
                verification = report.Verification,
            },
            Form);
        output.WriteByte((byte)'\n');
        output.Flush();
    }
}
