using System.Text.Json;
using System.Text.Json.Serialization;

namespace IpsecDp.Modelling.Activity;

/// <summary>A measurement as one JSON document, written and read again.</summary>
public static class MeasurementDocument
{
    private static readonly JsonSerializerOptions Form = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        IgnoreReadOnlyProperties = true,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    /// <summary>Writes the document and a line end.</summary>
    public static void Write(Measurement measurement, Stream output)
    {
        ArgumentNullException.ThrowIfNull(output);
        JsonSerializer.Serialize(output, measurement, Form);
        output.WriteByte((byte)'\n');
        output.Flush();
    }

    /// <summary>Reads a document; false with a sentence for anything that is none.</summary>
    public static bool TryRead(ReadOnlySpan<byte> text, out Measurement measurement, out string error)
    {
        (measurement, error) = (null!, "");
        try
        {
            if (JsonSerializer.Deserialize<Measurement>(text, Form) is not { } read)
            {
                error = "it holds a null where a measurement stands";
                return false;
            }

            measurement = read;
            error = read.Schema == Measurement.CurrentSchema && Problem(read) is null ? "" : Problem(read) ?? $"its schema is {read.Schema}, and this program reads {Measurement.CurrentSchema}";
        }
        catch (JsonException refusal)
        {
            error = $"it is no document of a measurement: {refusal.Message}";
        }
        catch (NotSupportedException refusal)
        {
            error = $"it is no document of a measurement: {refusal.Message}";
        }

        return error.Length == 0;
    }

    // A null inside a list deserialises without complaint.
    private static string? Problem(Measurement read)
    {
        if (read.Setup?.NotMeasured is null || read.Points is null || read.Capacities is null || read.UnderSaturation?.All(static entry => entry is not null) != true)
        {
            return "a part of it is missing";
        }

        return read.Points.Any(static point => point?.Trials is null || point.Trials.Any(static trial => trial?.Cpu is null || trial.Classes is null || trial.Spills is null || trial.Noise is null || trial.Parts is null))
            || read.Capacities.Any(static capacity => capacity?.Goals is null || capacity.Goals.Any(static goal => goal?.Goal is null))
            ? "a step of it is not whole"
            : null;
    }
}
